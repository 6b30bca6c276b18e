// The drawn map stands on the page; the one that moves is loaded when somebody asks for it.
export function openMaps(page) {
  for (const frame of page.querySelectorAll("[data-map]")) {
    const button = frame.querySelector("[data-map-open]");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => open(frame, button), { once: true });
  }
}

async function open(frame, button) {
  button.disabled = true;
  const styles = document.createElement("link");
  styles.rel = "stylesheet";
  styles.href = frame.dataset.styles;
  document.head.append(styles);
  const { showMap } = await import(frame.dataset.script);
  await showMap(frame);
}
