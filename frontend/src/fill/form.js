// The part that is loaded when a form is opened: ODK Web Forms on a place of the page.
import { createApp, h } from "vue";
import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";
import { wearStyles, whenOpened } from "./ground.js";
import { learn, say, speak } from "./words.js";

const AUTOSAVE = 600;

// Opens `form` (its XML and files) in `place`, beginning with `draft` where there is one.
// `keep` is told the answers so far whenever they change, `send` the finished ones.
export function openForm(place, { form, draft, lang, catalogues, keep, send }) {
  learn(catalogues);
  speak(lang);
  wearStyles(true);
  const app = createApp({
    render: () =>
      h(OdkWebForm, {
        formXml: form.xml,
        fetchFormAttachment: (address) => attachment(form, address),
        missingResourceBehavior: "BLANK",
        ...(draft ? { editInstance: { data: [formData(draft)] } } : {}),
        onSubmit: async (payload) => send(await filled(payload)),
      }),
  });
  app.use(webFormsPlugin);
  speakDates(app.config.globalProperties.$primevue.config.locale, lang);
  const saver = autosave(place, keep);
  whenOpened((state) => {
    chooseLanguage(state.root, lang);
    saver.begin(state.root);
  });
  app.mount(place);
  return {
    save: saver.save,
    close() {
      saver.stop();
      app.unmount();
      wearStyles(false);
    },
  };
}

async function attachment(form, address) {
  const name = decodeURIComponent(String(address.href ?? address).split("/").pop());
  const file = form.media.find((one) => one.name === name);
  if (!file) return new Response(null, { status: 404 });
  return new Response(file.bytes, { headers: { "Content-Type": file.type } });
}

function formData({ xml, files }) {
  const data = new FormData();
  data.append("xml_submission_file", new File([xml], "xml_submission_file", { type: "text/xml" }));
  for (const { name, type, bytes } of files) data.append(name, new File([bytes], name, { type }));
  return data;
}

async function filled(payload) {
  let xml = "";
  const files = [];
  for (const [name, value] of payload.data.flatMap((data) => [...data.entries()])) {
    if (name === "xml_submission_file") xml = await value.text();
    else files.push({ name, type: value.type, bytes: await value.arrayBuffer() });
  }
  return { xml, files };
}

function autosave(place, keep) {
  let root = null;
  let timer = 0;
  let last = "";
  const save = async () => {
    clearTimeout(timer);
    if (!root) return;
    const answers = await filled(await root.prepareInstancePayload({ payloadType: "monolithic" }));
    const seen = answersIn(answers.xml);
    if (seen === last) return;
    last = seen;
    await keep(answers);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, AUTOSAVE);
  };
  const events = ["input", "change", "click", "keyup"];
  const begin = async (opened) => {
    const blank = await filled(await opened.prepareInstancePayload({ payloadType: "monolithic" }));
    last = answersIn(blank.xml);
    root = opened;
    for (const event of events) document.addEventListener(event, later);
  };
  const stop = () => {
    clearTimeout(timer);
    root = null;
    for (const event of events) document.removeEventListener(event, later);
  };
  return { begin, save, stop };
}

// The end of an interview is the time of the last look: it alone is no answer.
function answersIn(xml) {
  return xml.replace(/<end>[^<]*<\/end>/, "");
}

function chooseLanguage(root, lang) {
  const known = root.languages.filter((one) => !one.isSyntheticDefault);
  const wanted = known.find((one) => one.language.toLowerCase().includes(`(${lang})`) || one.language.toLowerCase() === lang);
  if (wanted) root.setLanguage(wanted);
}

function speakDates(locale, lang) {
  const days = (width) => [...Array(7).keys()].map((day) => written(new Date(2024, 8, 1 + day), { weekday: width }));
  const months = (width) => [...Array(12).keys()].map((month) => written(new Date(2024, month, 1), { month: width }));
  const written = (date, parts) => date.toLocaleDateString(lang, parts);
  Object.assign(locale, {
    dayNames: days("long"),
    dayNamesShort: days("short"),
    dayNamesMin: days("narrow"),
    monthNames: months("long"),
    monthNamesShort: months("short"),
    dateFormat: lang === "fr" ? "dd/mm/yy" : "d M yy",
    firstDayOfWeek: 1,
    today: say("Today"),
    clear: say("Clear"),
    emptyMessage: say("Nothing to choose from"),
    emptyFilterMessage: say("Nothing found"),
    emptySearchMessage: say("Nothing found"),
    chooseDate: say("Choose a date"),
    searchMessage: say("Results: {0}"),
    selectionMessage: say("Chosen: {0}"),
    emptySelectionMessage: say("Nothing chosen"),
  });
}
