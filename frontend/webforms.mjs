// Fits ODK Web Forms to the house while it is bundled: no style element, no outside tile, no font of its own,
// photos made small by us, and every word in the reader's language. The package is pinned; where a place
// that is changed here is no longer found, the build stops and says which.
import { readFile } from "node:fs/promises";
import { runInNewContext } from "node:vm";

const ground = new URL("./src/fill/ground.js", import.meta.url).pathname;

const WORDS = [
  "An error occurred while loading this form",
  "Technical error details",
  "Finding your location",
  "Time taken to capture location: ",
  "Cancel",
  "Save location",
  "Get location",
  "Try again",
  "Cannot access location",
  "Grant location permission in the browser settings and make sure location is turned on.",
  "Location unavailable. Enable GPS and browser permissions, then restart the form to try again.",
  "Rank items",
  "Take picture",
  "Choose image",
  "Captured image preview",
  "Repeat Item",
  "Remove",
  " Add ",
  " Okay ",
  "Send",
  "Accuracy: ",
];

// A list and a date have no label that a screen reader finds: the words of the question are their name.
const NAMED = '"aria-label": eA.question.currentState.label?.asString,';

const CHANGES = [
  ['document.createElement("style")', 'document.createElement("odk-style")'],
  ['aA.createElement("style")', 'aA.createElement("odk-style")'],
  ["'style[data-primevue-style-id=\"'", "'odk-style[data-primevue-style-id=\"'"],
  ["uA && gA ? await resize(uA, gA) : uA", "uA ? await odk.smallPhoto(uA, gA) : uA"],
  [
    "const rA = resolvableFormInstanceInput(tA.editInstance), oA = await AA.editInstance(rA, nA);",
    "const oA = await AA.restoreInstance(tA.editInstance, nA);",
  ],
  ["gA.value = await loadFormState(nA.formXml,", "gA.value = await odk.opened(loadFormState)(nA.formXml,"],
  // Phones set a default whether its question is shown yet or not; here one behind a consent would stay empty.
  ["if (!untrack(() => eA.isRelevant()))\n        return;\n      const rA = untrack(", "const rA = untrack("],
  ["font-family: Roboto, sans-serif !important;", "font-family: var(--odk-font-family) !important;"],
  ['class: "dropdown",', `class: "dropdown", ${NAMED}`],
  ['class: "multi-select-dropdown",', `class: "multi-select-dropdown", ${NAMED}`],
  ['"icon-display": "input",', `"icon-display": "input", ${NAMED}`],
  ['"aria-label": "change language"', '"aria-label": odk.say("Language of the form")'],
  ['"🚧 Support for non-image uploads is pending. 🚧"', 'odk.say("Only photos can be attached here. Send other files with the application on a phone.")'],
  ['(await import("./MapBlock-Bb-sCnDx.js")).default', "odk.NoMap"],
  ["[GEOPOINT_ACCURACY_QUALITY.GOOD]: \"Good accuracy\"", "get [GEOPOINT_ACCURACY_QUALITY.GOOD]() { return odk.say(\"Good accuracy\"); }"],
  ["[GEOPOINT_ACCURACY_QUALITY.ACCEPTABLE]: \"Good accuracy\"", "get [GEOPOINT_ACCURACY_QUALITY.ACCEPTABLE]() { return odk.say(\"Good accuracy\"); }"],
  ["[GEOPOINT_ACCURACY_QUALITY.POOR]: \"Poor accuracy\"", "get [GEOPOINT_ACCURACY_QUALITY.POOR]() { return odk.say(\"Poor accuracy\"); }"],
  ["[GEOPOINT_ACCURACY_QUALITY.UNKNOWN]: \"Unknown accuracy\"", "get [GEOPOINT_ACCURACY_QUALITY.UNKNOWN]() { return odk.say(\"Unknown accuracy\"); }"],
  ['constraintMsg: "Condition not satisfied: constraint"', 'get constraintMsg() { return odk.say("This answer is not possible here."); }'],
  ['requiredMsg: "Condition not satisfied: required"', 'get requiredMsg() { return odk.say("This question needs an answer."); }'],
  ['QA === 1 ? "1 question with error." : `${QA} questions with errors.`', 'odk.count(QA, "{count} question needs another look.", "{count} questions need another look.")'],
  [" Location will be saved at \" + toDisplayString(eA.options.accuracyThreshold) + \" m \"", "\" + odk.say(\"The position is kept at {metres} m.\", { metres: eA.options.accuracyThreshold })"],
  [" Previous saved location at \" + toDisplayString(unref(truncateDecimals)(rA.value.value, nA)) + \" m \"", "\" + odk.say(\"The position kept before: {metres} m.\", { metres: unref(truncateDecimals)(rA.value.value, nA) })"],
];

export const fitted = {
  name: "web-forms",
  setup(build) {
    build.onLoad({ filter: /@getodk\/web-forms\/dist\/index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf-8");
      const start = source.indexOf("\nimport ");
      const styles = JSON.stringify(withoutFonts(stylesIn(source.slice(0, start))));
      const first = `import { addStyles } from ${JSON.stringify(ground)};\naddStyles(${styles});\n`;
      return { contents: first + source.slice(start), loader: "js" };
    });
    build.onLoad({ filter: /@getodk\/web-forms\/dist\/index-[\w-]+\.js$/ }, async ({ path }) => {
      const source = withoutPica(await readFile(path, "utf-8"));
      return { contents: `import * as odk from ${JSON.stringify(ground)};\n${translated(changed(source))}`, loader: "js" };
    });
  },
};

// The package's own script would put its styles into a style element; here it tells them to us instead.
function stylesIn(script) {
  const told = [];
  const document = {
    createElement: () => ({ appendChild: (text) => told.push(text) }),
    createTextNode: (text) => text,
    head: { appendChild() {} },
  };
  runInNewContext(script, { document, console });
  if (!told.length) throw new Error("web-forms: its styles were not found");
  return told.join("\n");
}

function withoutFonts(css) {
  return css.replace(/@font-face\s*{[^}]*}/g, "").replace(/Roboto/g, "Noto Sans");
}

// Its library for small pictures runs scripts from data addresses, which the policy of our pages forbids.
function withoutPica(source) {
  const start = source.indexOf("function commonjsRequire(eA)");
  const end = source.indexOf("_hoisted_1$3 = {", start);
  if (start < 0 || end < 0) throw new Error("web-forms: its picture library was not found");
  return `${source.slice(0, start)}const ${source.slice(end)}`;
}

function changed(source) {
  return CHANGES.reduce((text, [before, after]) => replaced(text, before, after), source);
}

function translated(source) {
  return WORDS.reduce((text, words) => replaced(text, JSON.stringify(words), spaced(words)), source);
}

function spaced(words) {
  const [before, after] = [words.startsWith(" ") ? '" " + ' : "", words.endsWith(" ") ? ' + " "' : ""];
  return `(${before}odk.say(${JSON.stringify(words.trim())})${after})`;
}

function replaced(source, before, after) {
  if (!source.includes(before)) throw new Error(`web-forms: this place was not found: ${before}`);
  return source.replaceAll(before, () => after);
}
