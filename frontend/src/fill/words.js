// The page's words: English in the code, other languages from the catalogue that the house puts into the page.
let catalogues = {};
let language = "en";

export function learn(found) {
  catalogues = found;
}

export function speak(code) {
  language = code;
}

export function spoken() {
  return language;
}

export function say(sentence, values = {}) {
  const words = catalogues[language]?.[sentence] || sentence;
  return words.replace(/{(\w+)}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function count(number, one, many) {
  const single = language === "fr" ? number < 2 : number === 1;
  return say(single ? one : many, { count: number.toLocaleString(language) });
}

export function moment(time) {
  return new Date(time).toLocaleString(language === "en" ? "en-GB" : language, { dateStyle: "medium", timeStyle: "short" });
}
