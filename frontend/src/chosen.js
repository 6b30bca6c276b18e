// Choosing rows: the bar with what can be done appears while any row is chosen.
export function chosenRows(page) {
  page.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-bulk]");
    if (!form) return;
    const boxes = [...form.querySelectorAll("input[name=chosen]")];
    if (event.target.matches("[data-choose-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
    const count = boxes.filter((box) => box.checked).length;
    form.querySelector("[data-bulk-count]").textContent = count.toLocaleString(document.documentElement.lang);
    form.querySelector("[data-bulk-bar]").hidden = count === 0;
  });
}
