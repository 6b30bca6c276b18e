// Makes pieces of the page. Text is always text, never markup.
export function el(tag, details = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(details)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...inside.flat().filter((part) => part !== null && part !== undefined && part !== false));
  return element;
}

export function button(words, onclick, kind = "") {
  return el("button", { type: "button", class: `fill-button ${kind}`, onclick }, words);
}

export function note(words, kind = "", ...more) {
  return el("div", { class: `fill-note ${kind}`, role: kind === "alert" ? "alert" : "status" }, el("p", {}, words), ...more);
}
