// The worker of the browser forms: opens the page without a network, and sends what waits when one returns.
// The house puts `shell` (a name for this edition, and the addresses that the page is made of) before it.
import * as store from "./store.js";
import { sendWaiting } from "./send.js";

const { edition, files } = self.shell;
const CACHE = `opendtm-fill-${edition}`;
const PAGE = "/fill/";

self.addEventListener("install", (event) => {
  event.waitUntil(keepFiles());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, address));
  else if (files.includes(address.pathname)) event.respondWith(kept(request));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "send") event.waitUntil(send());
});

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...files].map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
  await self.skipWaiting();
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("opendtm-fill-") && name !== CACHE).map((name) => caches.delete(name)));
}

// An address with a key in it is for the house alone: the house checks it, and nothing of it is kept.
async function page(request, address) {
  const shell = await caches.match(PAGE);
  if (address.pathname === PAGE) return shell ?? fetch(request);
  try {
    return await fetch(request);
  } catch {
    return shell ?? Response.error();
  }
}

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function send() {
  await sendWaiting({ lang: (await store.fact("lang")) ?? "en", now: true });
  for (const client of await self.clients.matchAll()) client.postMessage("sent");
  const waiting = (await store.all("queue")).some((one) => one.state === "waiting");
  if (waiting) throw new Error("not everything was sent");
}
