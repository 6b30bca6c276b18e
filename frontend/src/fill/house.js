// What the page asks of the house: which forms there are, and their files. Kept until they change.
import * as store from "./store.js";

// Brings the kept forms up to date. "unreachable" where the house does not answer, "revoked" where the key
// is not valid (any more), "fresh" otherwise.
export async function refresh(lang) {
  const token = await store.fact("token");
  const pending = (await store.all("queue")).length;
  let answer;
  try {
    answer = await ask(`/openrosa/key/${token}/formList`, lang, { "X-OpenDTM-Pending": String(pending) });
  } catch {
    return "unreachable";
  }
  if (answer.status === 403) return revoked(answer);
  if (!answer.ok) return "unreachable";
  await store.inOne(["facts"], (facts) => facts.delete("revoked"));
  try {
    await keepForms(read(await answer.text(), "xform"), lang);
  } catch (problem) {
    if (problem?.name === "QuotaExceededError") throw problem;
    return "unreachable";
  }
  await store.setFact("refreshedAt", Date.now());
  return "fresh";
}

async function revoked(answer) {
  const words = read(await answer.text(), "message");
  await store.setFact("revoked", words[0]?.textContent?.trim() || "403");
  return "revoked";
}

async function keepForms(listed, lang) {
  const kept = new Map((await store.all("forms")).map((form) => [form.hash, form]));
  const current = new Set();
  for (const [order, entry] of listed.entries()) {
    const form = await whole(entry, kept, lang);
    current.add(form.hash);
    await store.put("forms", { ...form, order, current: true });
  }
  const needed = new Set((await store.all("drafts")).map((draft) => draft.form));
  for (const form of kept.values()) {
    if (current.has(form.hash)) continue;
    if (needed.has(form.hash)) await store.put("forms", { ...form, current: false });
    else await store.remove("forms", form.hash);
  }
}

async function whole(entry, kept, lang) {
  const hash = text(entry, "hash");
  const known = kept.get(hash);
  const xml = known?.xml ?? (await content(text(entry, "downloadUrl"), lang).then((response) => response.text()));
  const media = await files(text(entry, "manifestUrl"), known?.media ?? [], lang);
  return { hash, id: text(entry, "formID"), version: text(entry, "version"), title: text(entry, "name"), xml, media };
}

async function files(address, known, lang) {
  if (!address) return [];
  const listed = read(await (await content(address, lang)).text(), "mediaFile");
  return Promise.all(listed.map((entry) => file(entry, known, lang)));
}

async function file(entry, known, lang) {
  const [name, hash] = [text(entry, "filename"), text(entry, "hash")];
  const same = known.find((one) => one.name === name && one.hash === hash);
  if (same) return same;
  const answer = await content(text(entry, "downloadUrl"), lang);
  return { name, hash, type: answer.headers.get("Content-Type") ?? "", bytes: await answer.arrayBuffer() };
}

async function content(address, lang) {
  const answer = await ask(new URL(address, location.href).pathname, lang);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer;
}

function ask(path, lang, more = {}) {
  return fetch(path, { headers: { "X-OpenRosa-Version": "1.0", "Accept-Language": lang, ...more }, credentials: "omit", cache: "no-cache" });
}

function read(xml, name) {
  return [...new DOMParser().parseFromString(xml, "text/xml").getElementsByTagNameNS("*", name)];
}

function text(entry, name) {
  return entry.getElementsByTagNameNS("*", name)[0]?.textContent?.trim() ?? "";
}
