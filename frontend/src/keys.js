// Keys in a list: j and k move, Enter opens, / goes to the search box.
const HERE = "here";

export function listKeys(page) {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/") return search(page, event);
    if (event.key === "j" || event.key === "k") return move(page, event.key === "j" ? 1 : -1);
    if (event.key === "Enter") open(page, event);
  });
}

function isTyping(element) {
  return element.matches?.("input, select, textarea, [contenteditable]");
}

function search(page, event) {
  const box = page.querySelector("[data-filters] input[type=search], input[type=search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

function move(page, step) {
  const rows = [...page.querySelectorAll("[data-list] tbody tr")];
  if (!rows.length) return;
  const before = rows.findIndex((row) => row.classList.contains(HERE));
  const next = Math.min(rows.length - 1, Math.max(0, before + step));
  rows[before]?.classList.remove(HERE);
  rows[next].classList.add(HERE);
  rows[next].scrollIntoView({ block: "nearest" });
  rows[next].querySelector("a, input")?.focus({ preventScroll: true });
}

function open(page, event) {
  const row = page.querySelector(`[data-list] tr.${HERE}[data-href]`);
  if (!row || event.target.matches?.("a, button, summary")) return;
  window.location.assign(row.dataset.href);
}
