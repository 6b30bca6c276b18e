// The browser forms: one page that opens without a network, fills, keeps and sends.
import { instanceId, instanceName, fromPaper } from "./answers.js";
import { ask } from "./dialogs.js";
import { button, el, note } from "./dom.js";
import { home } from "./home.js";
import { refresh } from "./house.js";
import { sendWaiting } from "./send.js";
import * as store from "./store.js";
import { count, learn, say, speak, spoken } from "./words.js";

const RETRY = 30_000;
const LOW_QUOTA = 120 * 1024 * 1024;
const page = document.querySelector("[data-fill]");
const place = document.getElementById("place");
const known = JSON.parse(document.getElementById("fill-words").textContent);
const state = { forms: [], drafts: [], waiting: [], sent: [], revoked: "", refreshedAt: 0, online: navigator.onLine, sending: false, problem: "", open: null, ended: false, timer: 0 };

const FULL = () => say("The storage of this browser is full. Send what waits, or free some space on the device, then try again.");

const deeds = {
  begin: (form, { paper }) => openForm(form, { paper }),
  resume: async (draft) => openForm(await store.get("forms", draft.form), { draft, paper: draft.paper }),
  discard: discardDraft,
  refresh: () => bringUpToDate(),
  send: () => send({ now: true }),
  sendAgain: async (one) => {
    await store.put("queue", { ...one, state: "waiting", nextTry: 0, words: "" });
    await send({ now: true });
  },
  logOut,
};

start();

async function start() {
  document.getElementById("too-old")?.remove();
  learn(known.catalogues);
  setLanguage(localStorage.getItem("opendtm-fill-lang") ?? (navigator.language.startsWith("fr") ? "fr" : "en"));
  if (!capable()) return closed(say("This browser is too old for the forms. Update it, or use another one."));
  try {
    await store.open();
  } catch {
    return closed(say("This browser window keeps nothing, so forms would be lost. Leave private browsing, or use another browser."));
  }
  if (!(await takeToken())) return closed(say("Nothing is kept on this device. Open the address that the office gave you."));
  await store.setFact("lang", spoken());
  listen();
  await settleStorage();
  await show();
  registerWorker();
  await bringUpToDate();
  await send({ now: false });
}

function capable() {
  return Boolean(globalThis.indexedDB && globalThis.WebAssembly && document.adoptedStyleSheets && globalThis.crypto?.randomUUID && globalThis.HTMLDialogElement);
}

// The key stands in the address once; from then on the browser keeps it and the address shows none.
async function takeToken() {
  const found = /^\/fill\/([^/]+)\/?$/.exec(location.pathname)?.[1];
  if (!found) return Boolean(await store.fact("token"));
  const token = decodeURIComponent(found);
  const before = await store.fact("token");
  if (before && before !== token && !(await replaceable())) {
    history.replaceState(null, "", "/fill/");
    return true;
  }
  await store.inOne(["facts"], (facts) => {
    facts.put({ name: "token", value: token });
    facts.delete("revoked");
  });
  history.replaceState(null, "", "/fill/");
  return true;
}

// Forms that were filled with another key would be sent with the new one: that is asked first.
async function replaceable() {
  const unsent = (await store.all("queue")).length + (await store.all("drafts")).length;
  if (!unsent) return true;
  return ask({
    title: say("Use the new address?"),
    lines: [count(unsent, "{count} form on this device is not sent. It will be sent with the new address.", "{count} forms on this device are not sent. They will be sent with the new address.")],
    yes: say("Use the new address"),
  });
}

function listen() {
  addEventListener("online", async () => {
    state.online = true;
    await show();
    await send({ now: true });
    await bringUpToDate();
  });
  addEventListener("offline", () => {
    state.online = false;
    show();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") state.open?.form.save();
    else send({ now: false });
  });
  navigator.serviceWorker?.addEventListener("message", () => show());
  setInterval(() => send({ now: false }), RETRY);
  addEventListener("popstate", () => leaveForm({ back: false }));
  document.getElementById("unsent").addEventListener("click", () => send({ now: true }));
  for (const one of document.querySelectorAll("[data-lang]")) one.addEventListener("click", () => changeLanguage(one.dataset.lang));
}

async function settleStorage() {
  const lasting = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
  const { quota = Infinity } = (await navigator.storage?.estimate?.().catch(() => ({}))) ?? {};
  if (!lasting && quota < LOW_QUOTA) state.problem = "forgetful";
}

async function registerWorker() {
  await navigator.serviceWorker?.register("/fill/worker.js", { scope: "/fill/" }).catch(() => null);
}

function setLanguage(code) {
  speak(code);
  document.documentElement.lang = code;
  document.title = say("Forms");
  localStorage.setItem("opendtm-fill-lang", code);
  for (const one of document.querySelectorAll("[data-lang]")) one.setAttribute("aria-pressed", String(one.dataset.lang === code));
}

async function changeLanguage(code) {
  if (state.ended) return;
  const open = state.open;
  if (open) await open.form.save();
  setLanguage(code);
  await store.setFact("lang", code);
  if (!open) return show();
  const draft = await store.get("drafts", open.draftId());
  open.form.close();
  state.open = null;
  await openForm(open.blank, { draft, paper: open.paper, again: true });
}

async function show() {
  if (state.ended) return;
  const [forms, drafts, waiting, sent] = await Promise.all(["forms", "drafts", "queue", "sent"].map(store.all));
  Object.assign(state, { forms, drafts, waiting, sent, revoked: await store.fact("revoked"), refreshedAt: await store.fact("refreshedAt") });
  const badge = document.getElementById("unsent");
  badge.textContent = say("{count} not sent", { count: waiting.length.toLocaleString(spoken()) });
  badge.classList.toggle("some", waiting.length > 0);
  badge.hidden = false;
  tryAgainInTime(waiting);
  if (!state.open) place.replaceChildren(...home(state, deeds).flat().filter(Boolean));
}

// What was not acknowledged has a time for its next try; the page keeps it.
function tryAgainInTime(waiting) {
  clearTimeout(state.timer);
  const times = waiting.filter((one) => one.state === "waiting").map((one) => one.nextTry);
  if (!times.length) return;
  const pause = Math.min(RETRY, Math.max(1_000, Math.min(...times) - Date.now()));
  state.timer = setTimeout(() => send({ now: false }), pause);
}

function closed(words) {
  document.getElementById("unsent").hidden = true;
  for (const one of document.querySelectorAll("[data-lang]")) {
    one.onclick = () => {
      setLanguage(one.dataset.lang);
      location.reload();
    };
  }
  place.replaceChildren(el("h1", {}, say("Forms")), note(words, "quiet"));
}

async function bringUpToDate() {
  if (state.ended) return;
  await guarded(async () => {
    const outcome = await refresh(spoken());
    state.online = outcome !== "unreachable" && navigator.onLine;
  });
  await show();
}

async function send({ now }) {
  if (state.sending || state.ended) return;
  state.sending = true;
  try {
    await guarded(() => sendWaiting({ lang: spoken(), now }));
  } finally {
    state.sending = false;
  }
  await show();
}

async function guarded(work) {
  try {
    await work();
    if (state.problem === "full") state.problem = "";
  } catch (problem) {
    if (problem?.name !== "QuotaExceededError") throw problem;
    state.problem = "full";
    document.getElementById("saved")?.replaceChildren(FULL());
    await show();
  }
}

async function openForm(blank, { draft = null, paper = false, again = false }) {
  place.replaceChildren(note(say("Opening the form…"), "quiet"));
  const { openForm: open } = await import(page.dataset.form);
  let id = draft?.id ?? "";
  const box = el("div", { class: "fill-form" });
  place.replaceChildren(...[
    el("p", { class: "fill-back" }, button(say("Back to the list"), () => history.back(), "link"), el("span", { id: "saved", role: "status", class: "quiet" })),
    paper && note(say("You are keying in a form that was filled on paper."), "quiet"),
    problemPlace(),
    box,
  ].filter(Boolean));
  if (!again) history.pushState({ form: true }, "", "/fill/");
  const keep = (answers) => guarded(async () => {
    if (!state.open) return;
    id ||= instanceId(answers.xml);
    await store.put("drafts", { id, form: blank.hash, title: blank.title, name: instanceName(answers.xml), paper, savedAt: Date.now(), ...answers });
    const words = document.getElementById("saved");
    if (words) words.textContent = say("Draft saved on this device");
  });
  const finish = (answers) => guarded(() => enqueue(blank, answers, { paper, draftId: id }));
  const form = open(box, { form: blank, draft, lang: spoken(), catalogues: known.catalogues, keep, send: finish });
  state.open = { form, blank, paper, draftId: () => id };
  scrollTo(0, 0);
}

function problemPlace() {
  return state.problem === "full" ? note(FULL(), "alert") : null;
}

// The finished form is on the disk of this device before the page says so.
async function enqueue(blank, { xml, files }, { paper, draftId }) {
  const written = paper ? fromPaper(xml) : xml;
  const id = instanceId(written);
  await store.inOne(["queue", "drafts"], (queue, drafts) => {
    queue.put({ id, title: blank.title, name: instanceName(written), xml: written, files, state: "waiting", tries: 0, nextTry: 0, words: "", finishedAt: Date.now() });
    drafts.delete(draftId || id);
  });
  state.open?.form.close();
  state.open = null;
  history.replaceState(null, "", "/fill/");
  await show();
  await send({ now: true });
  if (state.waiting.some((one) => one.state === "waiting")) await askForSync();
}

// Where the browser can, its worker sends when the network returns, even with the page closed.
async function askForSync() {
  const worker = await navigator.serviceWorker?.getRegistration("/fill/").catch(() => null);
  await worker?.sync?.register("send").catch(() => null);
}

async function leaveForm() {
  if (!state.open) return;
  const { form } = state.open;
  await form.save();
  form.close();
  state.open = null;
  await show();
}

async function discardDraft(draft) {
  const sure = await ask({ title: say("Delete this draft?"), lines: [draft.title, say("Its answers and photos are lost for good.")], yes: say("Delete") });
  if (!sure) return;
  await store.remove("drafts", draft.id);
  await show();
}

async function logOut() {
  const unsent = state.waiting.length + state.drafts.length;
  const lines = [say("Everything that this browser keeps of the forms is erased: the address of the house, the forms, drafts, and what is not sent.")];
  if (!(await ask({ title: say("Log out?"), lines, yes: say("Log out and erase") }))) return;
  if (unsent && !(await surely(unsent))) return;
  state.ended = true;
  await store.wipe();
  localStorage.removeItem("opendtm-fill-lang");
  closed(say("Nothing is kept on this device. Open the address that the office gave you."));
}

function surely(unsent) {
  return ask({
    title: count(unsent, "{count} form will be lost", "{count} forms will be lost"),
    lines: [say("What is not sent exists on this device only. Nobody can bring it back.")],
    yes: say("Erase it all the same"),
    tick: say("I understand that these forms will be lost."),
  });
}
