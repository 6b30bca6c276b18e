// Reads and completes the filled form that ODK Web Forms hands back.
export function instanceId(xml) {
  return first(parsed(xml), "instanceID")?.textContent?.trim() ?? "";
}

export function instanceName(xml) {
  return first(parsed(xml), "instanceName")?.textContent?.trim() ?? "";
}

// Notes that the answers were keyed in from paper, where the form asks how the interview was made.
export function fromPaper(xml) {
  const document = parsed(xml);
  const question = first(document, "interview_mode");
  if (!question || question.children.length || question.textContent.trim()) return xml;
  question.textContent = "paper";
  return new XMLSerializer().serializeToString(document);
}

function parsed(xml) {
  return new DOMParser().parseFromString(xml, "text/xml");
}

function first(document, name) {
  return document.getElementsByTagNameNS("*", name)[0] ?? null;
}
