// What this browser keeps: the key, blank forms with their files, drafts, and what waits to be sent.
// Files are kept as bytes, which every browser stores in the same way.
const NAME = "opendtm-fill";
const VERSION = 1;
const STORES = { facts: "name", forms: "hash", drafts: "id", queue: "id", sent: "id" };

let opening = null;

export function open() {
  opening ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [store, key] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath: key });
    };
    request.onsuccess = () => {
      request.result.onversionchange = close;
      done(request.result);
    };
    request.onerror = () => failed(request.error);
    request.onblocked = () => failed(new Error("blocked"));
  }).catch((problem) => {
    opening = null;
    throw problem;
  });
  return opening;
}

function close() {
  opening?.then((base) => base.close());
  opening = null;
}

// Runs `work` with the stores it names in one transaction, which is on the disk when this returns.
export async function inOne(names, work) {
  const base = await open();
  const transaction = base.transaction(names, "readwrite", { durability: "strict" });
  const finished = new Promise((done, failed) => {
    transaction.oncomplete = done;
    transaction.onabort = transaction.onerror = () => failed(transaction.error);
  });
  await work(...names.map((name) => transaction.objectStore(name)));
  await finished;
}

export async function all(name) {
  return answer((await open()).transaction(name).objectStore(name).getAll());
}

export async function get(name, key) {
  return answer((await open()).transaction(name).objectStore(name).get(key));
}

export const put = (name, value) => inOne([name], (store) => store.put(value));
export const remove = (name, key) => inOne([name], (store) => store.delete(key));

export async function fact(name) {
  return (await get("facts", name))?.value;
}

export const setFact = (name, value) => put("facts", { name, value });

// Erases everything: the base, the kept pages, and the worker that serves them.
export async function wipe() {
  close();
  await new Promise((done, failed) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = done;
    request.onerror = () => failed(request.error);
  });
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (name.startsWith(NAME)) await caches.delete(name);
  }
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(workers.filter((one) => one.scope.endsWith("/fill/")).map((one) => one.unregister()));
}

function answer(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
