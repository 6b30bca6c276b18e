// What ODK Web Forms stands on in this house; the build puts calls to these functions into its code.
import { defineComponent, h } from "vue";
import { count, say } from "./words.js";
import { smallPhoto } from "./photo.js";

export { count, say, smallPhoto };

const sheets = new Set();

// The styles of a form are for the time while one is open; the rest of the page has its own.
export function wearStyles(on) {
  for (const sheet of sheets) sheet.disabled = !on;
}

// The policy of our pages allows no style element. A style sheet made by a script is allowed: this element
// stands where the package wants its style element, and keeps such a sheet up to date with its text.
class Styles extends HTMLElement {
  #sheet = new CSSStyleSheet();

  constructor() {
    super();
    sheets.add(this.#sheet);
  }

  set textContent(css) {
    this.#sheet.replaceSync(css ?? "");
  }

  set innerHTML(css) {
    this.#sheet.replaceSync(css ?? "");
  }

  connectedCallback() {
    this.hidden = true;
    const first = this.parentNode.firstElementChild === this;
    const others = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
    document.adoptedStyleSheets = first ? [this.#sheet, ...others] : [...others, this.#sheet];
  }

  disconnectedCallback() {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
  }
}

if (!customElements.get("odk-style")) customElements.define("odk-style", Styles);

export function addStyles(css) {
  const element = document.createElement("odk-style");
  element.textContent = css;
  document.head.append(element);
}

let tell = () => {};

export function whenOpened(listener) {
  tell = listener;
}

export function opened(load) {
  return async (...inputs) => {
    const state = await load(...inputs);
    tell(state);
    return state;
  };
}

export const NoMap = defineComponent({
  name: "NoMap",
  setup: () => () => h("p", { class: "fill-note" }, say("This question needs a map. Answer it with the application on a phone.")),
});
