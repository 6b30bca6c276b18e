// Sends what waits, from the page or from its worker. The house keeps one record of a form however often it
// comes, so what was not acknowledged is sent again; what it refused stays here with the house's own words.
import * as store from "./store.js";

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 15 * 60_000;
const ONE_AT_A_TIME = "opendtm-fill-send";

// Sends every form that is due; `now` sends those that wait for a later try too. Says how many arrived.
export function sendWaiting({ lang, now = false }) {
  const work = () => sendAll(lang, now);
  if (!navigator.locks) return work();
  return navigator.locks.request(ONE_AT_A_TIME, { ifAvailable: true }, (lock) => (lock ? work() : 0));
}

async function sendAll(lang, now) {
  const token = await store.fact("token");
  if (!token || (await store.fact("revoked"))) return 0;
  let arrived = 0;
  const due = (await store.all("queue")).filter((one) => one.state === "waiting" && (now || one.nextTry <= Date.now()));
  for (const one of due.sort((first, second) => first.finishedAt - second.finishedAt)) {
    const outcome = await sendOne(token, one, lang);
    if (outcome === "unreachable") break;
    if (outcome === "revoked") break;
    if (outcome === "arrived") arrived += 1;
  }
  return arrived;
}

async function sendOne(token, one, lang) {
  let response;
  try {
    response = await fetch(`/openrosa/key/${token}/submission`, {
      method: "POST",
      body: parcel(one),
      headers: { "X-OpenRosa-Version": "1.0", "Accept-Language": lang },
      credentials: "omit",
      cache: "no-store",
    });
  } catch {
    await later(one, "");
    return "unreachable";
  }
  return settle(one, response);
}

async function settle(one, response) {
  if (response.status === 201 || response.status === 202) {
    await arrived(one);
    return "arrived";
  }
  const words = messageIn(await response.text().catch(() => ""));
  if (response.status === 403) {
    await store.setFact("revoked", words || "403");
    return "revoked";
  }
  if (response.status >= 500 || response.status === 408 || response.status === 429 || response.status < 400) {
    await later(one, words);
    return "unreachable";
  }
  await store.put("queue", { ...one, state: "refused", words: words || String(response.status), status: response.status });
  return "refused";
}

function parcel(one) {
  const body = new FormData();
  body.append("xml_submission_file", new File([one.xml], "submission.xml", { type: "text/xml" }));
  for (const { name, type, bytes } of one.files) body.append(name, new File([bytes], name, { type }));
  return body;
}

function arrived(one) {
  return store.inOne(["queue", "sent"], (queue, sent) => {
    queue.delete(one.id);
    sent.put({ id: one.id, title: one.title, name: one.name, sentAt: Date.now() });
  });
}

function later(one, words) {
  const tries = (one.tries ?? 0) + 1;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries - 1, 10));
  return store.put("queue", { ...one, tries, nextTry: Date.now() + wait, words });
}

// The worker has no reader of XML; the sentence stands in the one message of the answer.
function messageIn(text) {
  const found = /<message[^>]*>([\s\S]*?)<\/message>/.exec(text);
  const signs = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
  return found ? found[1].replace(/&(?:lt|gt|quot|apos|amp);/g, (sign) => signs[sign]).trim() : "";
}
