// Questions that must be answered before something is lost.
import { button, el } from "./dom.js";
import { say } from "./words.js";

// Asks; true where the person chose `yes`. With `tick` the button works only after that box was ticked.
export function ask({ title, lines, yes, tick = "" }) {
  return new Promise((done) => {
    const go = button(yes, () => close(true), "alert");
    const box = tick ? el("input", { type: "checkbox", onchange: () => { go.disabled = !box.checked; } }) : null;
    go.disabled = Boolean(tick);
    const dialog = el(
      "dialog",
      { class: "fill-dialog", "aria-labelledby": "fill-dialog-title" },
      el("h2", { id: "fill-dialog-title" }, title),
      lines.map((line) => el("p", {}, line)),
      tick && el("label", { class: "fill-tick" }, box, el("span", {}, tick)),
      el("div", { class: "fill-buttons" }, button(say("Leave it as it is"), () => close(false), "plain"), go),
    );
    const close = (answer) => {
      dialog.close();
      dialog.remove();
      done(answer);
    };
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(false);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
