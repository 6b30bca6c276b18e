// The first page: the forms of this operation, drafts, what waits to be sent, and what has arrived.
import { button, el, note } from "./dom.js";
import { count, moment, say } from "./words.js";

export function home(state, deeds) {
  return [
    el("h1", {}, say("Forms")),
    notices(state, deeds),
    forms(state, deeds),
    drafts(state, deeds),
    waiting(state, deeds),
    arrived(state),
    end(state, deeds),
  ];
}

function notices({ revoked, online, refreshedAt, problem, waiting: list }, deeds) {
  const found = [];
  if (revoked) {
    found.push(
      note(say("This device may not exchange forms with the house any more. Ask the office for a new address; forms that are not sent stay here until then."), "alert", button(say("Erase everything on this device"), deeds.logOut, "alert")),
    );
  }
  if (problem === "full") found.push(note(say("The storage of this browser is full. Send what waits, or free some space on the device, then try again."), "alert"));
  if (problem === "forgetful" && list.length) {
    found.push(note(say("This browser may erase what it keeps when space runs short. Send what waits as soon as you can."), "alert"));
  }
  if (!online) found.push(note(say("No network. You can fill in forms; they are sent when the network returns."), "quiet"));
  const when = refreshedAt ? say("Forms brought up to date: {moment}", { moment: moment(refreshedAt) }) : say("The forms have not been fetched yet.");
  found.push(el("p", { class: "fill-when" }, when, " ", button(say("Look for new forms"), deeds.refresh, "link")));
  return found;
}

function forms({ forms: list, refreshedAt }, deeds) {
  const current = list.filter((form) => form.current).sort((first, second) => first.order - second.order);
  if (!current.length) {
    return note(refreshedAt ? say("There are no forms yet. The office publishes them; look again later.") : say("Open this page once with a network, so that the forms can be fetched."), "quiet");
  }
  return el("ul", { class: "fill-list", "data-list": "forms" }, current.map((form) => formCard(form, deeds)));
}

function formCard(form, deeds) {
  return el(
    "li",
    { class: "fill-card" },
    el("div", {}, el("h2", {}, form.title), el("p", { class: "quiet" }, form.version ? say("Version {version}", { version: form.version }) : "")),
    el(
      "div",
      { class: "fill-buttons" },
      button(say("Fill in"), () => deeds.begin(form, { paper: false }), "main"),
      button(say("Key in from paper"), () => deeds.begin(form, { paper: true }), "plain"),
    ),
  );
}

function drafts({ drafts: list }, deeds) {
  if (!list.length) return null;
  return section(say("Drafts"), "drafts", list.sort((first, second) => second.savedAt - first.savedAt).map((draft) =>
    row(draft, say("Saved: {moment}", { moment: moment(draft.savedAt) }), [
      button(say("Continue"), () => deeds.resume(draft), "main"),
      button(say("Delete"), () => deeds.discard(draft), "plain"),
    ]),
  ));
}

function waiting({ waiting: list, sending, online }, deeds) {
  if (!list.length) return null;
  const rows = list.sort((first, second) => first.finishedAt - second.finishedAt).map((one) => waitingRow(one, deeds));
  return section(
    count(list.length, "{count} form not sent", "{count} forms not sent"),
    "waiting",
    rows,
    sending ? el("p", { class: "quiet" }, say("Sending…")) : online && button(say("Send now"), deeds.send, "main"),
  );
}

function waitingRow(one, deeds) {
  const finished = say("Finished: {moment}", { moment: moment(one.finishedAt) });
  if (one.state !== "refused") return row(one, one.words ? `${finished}. ${one.words}` : finished, []);
  return el(
    "li",
    { class: "fill-card refused" },
    el("div", {}, el("h3", {}, named(one)), el("p", { class: "quiet" }, finished), note(say("The house did not take this form: {words}", { words: one.words }), "alert")),
    el("div", { class: "fill-buttons" }, button(say("Send again"), () => deeds.sendAgain(one), "main")),
  );
}

function arrived({ sent: list }) {
  if (!list.length) return null;
  const last = list.sort((first, second) => second.sentAt - first.sentAt);
  return el(
    "details",
    { class: "fill-sent" },
    el("summary", {}, count(list.length, "{count} form sent from here", "{count} forms sent from here")),
    el("ul", { class: "fill-list", "data-list": "sent" }, last.slice(0, 20).map((one) => row(one, say("Arrived: {moment}", { moment: moment(one.sentAt) }), []))),
  );
}

function end(_state, deeds) {
  return el("p", { class: "fill-end" }, button(say("Log out and erase everything here"), deeds.logOut, "link"));
}

function section(title, name, rows, ...more) {
  return el("section", {}, el("h2", {}, title), el("ul", { class: "fill-list", "data-list": name }, rows), ...more);
}

function row(one, words, buttons) {
  return el("li", { class: "fill-card" }, el("div", {}, el("h3", {}, named(one)), el("p", { class: "quiet" }, words)), el("div", { class: "fill-buttons" }, buttons));
}

const named = (one) => (one.name ? `${one.title} · ${one.name}` : one.title);
