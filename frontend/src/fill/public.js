// The page of a public link: one form for whoever has the address. Nothing of it is kept in the browser, because
// the device may be anybody's; while the page is open, what was not sent is tried again.
import { el, button, note } from "./dom.js";
import { learn, say, speak, spoken } from "./words.js";

const RETRY = 10_000;
const page = document.querySelector("[data-base]");
const place = document.getElementById("place");
const known = JSON.parse(document.getElementById("fill-words").textContent);
let open = null;
let unsent = null;

start();

async function start() {
  document.getElementById("too-old")?.remove();
  learn(known.catalogues);
  setLanguage(navigator.language.startsWith("fr") ? "fr" : "en");
  for (const one of document.querySelectorAll("[data-lang]")) one.addEventListener("click", () => changeLanguage(one.dataset.lang));
  addEventListener("beforeunload", (event) => {
    if (open?.answers || unsent) event.preventDefault();
  });
  await showForm();
}

function setLanguage(code) {
  speak(code);
  document.documentElement.lang = code;
  for (const one of document.querySelectorAll("[data-lang]")) one.setAttribute("aria-pressed", String(one.dataset.lang === code));
}

async function changeLanguage(code) {
  if (!open || unsent) return setLanguage(code);
  await open.form.save();
  const { answers } = open;
  open.form.close();
  setLanguage(code);
  return showForm(answers);
}

async function showForm(draft = null) {
  place.replaceChildren(note(say("Opening the form…"), "quiet"));
  try {
    const [{ openForm }, form] = await Promise.all([import(page.dataset.form), blank()]);
    const box = el("div", { class: "fill-form" });
    place.replaceChildren(box);
    open = { answers: draft, form: null };
    const keep = async (answers) => {
      open.answers = answers;
    };
    open.form = openForm(box, { form, draft, lang: spoken(), catalogues: known.catalogues, keep, send: finish });
  } catch {
    place.replaceChildren(note(say("The form could not be loaded. Check the network."), "alert", button(say("Try again"), () => showForm(draft), "main")));
  }
}

async function blank() {
  const xml = await (await load("form.xml")).text();
  const names = JSON.parse(page.dataset.media);
  const media = await Promise.all(names.map(async (name) => {
    const answer = await load(`media/${encodeURIComponent(name)}`);
    return { name, type: answer.headers.get("Content-Type") ?? "", bytes: await answer.arrayBuffer() };
  }));
  return { xml, media };
}

async function load(path) {
  const answer = await fetch(`${page.dataset.base}${path}`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer;
}

async function finish(answers) {
  open.form.close();
  open = null;
  unsent = answers;
  await send();
}

async function send() {
  place.replaceChildren(note(say("Sending…"), "quiet"));
  let answer = null;
  try {
    answer = await fetch(`${page.dataset.base}submission`, { method: "POST", body: parcel(unsent), headers: { "Accept-Language": spoken() }, credentials: "omit" });
  } catch {
    return again(say("No network. Leave the page open; it is sent when the network returns."));
  }
  if (answer.status === 201 || answer.status === 202) return done();
  const words = new DOMParser().parseFromString(await answer.text(), "text/xml").getElementsByTagNameNS("*", "message")[0]?.textContent ?? "";
  if (answer.status >= 500 || answer.status === 429) return again(words);
  unsent = null;
  return place.replaceChildren(note(words, "alert"));
}

function again(words) {
  place.replaceChildren(note(words, "alert", button(say("Send now"), send, "main")));
  setTimeout(() => { if (unsent) send(); }, RETRY);
}

function done() {
  unsent = null;
  place.replaceChildren(el("h1", {}, say("Thank you")), note(say("Your answers have arrived."), "quiet"), button(say("Answer for somebody else"), () => showForm(), "main"));
}

function parcel({ xml, files }) {
  const body = new FormData();
  body.append("xml_submission_file", new File([xml], "submission.xml", { type: "text/xml" }));
  for (const { name, type, bytes } of files) body.append(name, new File([bytes], name, { type }));
  return body;
}
