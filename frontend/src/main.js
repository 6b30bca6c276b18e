// What every page may use and none needs: parts replaced in place, keys in lists, choosing rows, the map.
import htmx from "htmx.org";
import { listKeys } from "./keys.js";
import { chosenRows } from "./chosen.js";
import { openMaps } from "./open-map.js";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

listKeys(document);
chosenRows(document);
openMaps(document);

document.addEventListener("submit", (event) => {
  const words = event.target.querySelector?.("[data-progress]");
  if (words) words.hidden = false;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
