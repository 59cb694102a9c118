/* What was typed and is not saved yet survives the end of a session: kept in this tab, by user and page, until saved. */
"use strict";

const NEVER_KEPT = ["password", "file", "hidden", "submit", "button"];
const SENT = "draft-sent";

const page = () => document.querySelector("[data-drafts-of]");
const draftKey = (path = location.pathname) => `draft:${page().dataset.draftsOf}:${path}`;
const isSwitch = (field) => field.type === "checkbox" || field.type === "radio";

/* The fields of a form by a name of their own: several checkboxes may share one. */
function namedFields(form) {
  const seen = {};
  return [...form.elements]
    .filter((field) => field.name && !NEVER_KEPT.includes(field.type))
    .map((field) => [`${field.name}#${(seen[field.name] = (seen[field.name] ?? 0) + 1)}`, field]);
}

function valueOf(field) {
  if (isSwitch(field)) return field.checked;
  if (field.tagName === "SELECT") return [...field.selectedOptions].map((option) => [option.value, option.textContent]);
  return field.value;
}

function isChanged(field) {
  if (isSwitch(field)) return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const options = [...field.options];
  if (options.some((option) => option.defaultSelected) || field.multiple)
    return options.some((option) => option.selected !== option.defaultSelected);
  return field.selectedIndex > 0;
}

function put(field, value) {
  if (isSwitch(field)) field.checked = value;
  else if (field.tagName === "SELECT") {
    const known = [...field.options].map((option) => option.value);
    for (const [key, words] of value) if (!known.includes(key)) field.add(new Option(words, key));
    const chosen = value.map(([key]) => key);
    for (const option of field.options) option.selected = chosen.includes(option.value);
  } else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function readDraft() {
  try {
    return JSON.parse(sessionStorage.getItem(draftKey())) ?? { fields: {} };
  } catch {
    return { fields: {} };
  }
}

/* Only what was changed here: the rest may be newer on the server when the form is opened again. */
function keepDraft(event) {
  const form = event.target.closest?.(FORMS_THAT_SAVE);
  if (!form || !page()) return;
  const { fields } = readDraft();
  for (const [name, field] of namedFields(form)) if (isChanged(field) || name in fields) fields[name] = valueOf(field);
  if (Object.keys(fields).length) sessionStorage.setItem(draftKey(), JSON.stringify({ at: Date.now(), fields }));
}

function offerDraft() {
  const { at, fields } = readDraft();
  const form = [...document.querySelectorAll(FORMS_THAT_SAVE)].find((found) => namedFields(found).some(([name]) => name in fields));
  if (!form) return;
  const lost = namedFields(form).filter(
    ([name, field]) => name in fields && JSON.stringify(fields[name]) !== JSON.stringify(valueOf(field)),
  );
  if (!lost.length) return;
  for (const [name, field] of lost) put(field, fields[name]);
  const told = document.querySelector("[data-draft-told]");
  told.querySelector("time").textContent = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  told.hidden = false;
}

document.addEventListener("input", keepDraft);
document.addEventListener("change", (event) => event.isTrusted && keepDraft(event));
document.addEventListener("submit", (event) => {
  keepDraft(event);
  if (event.target.matches(FORMS_THAT_SAVE)) sessionStorage.setItem(SENT, location.pathname);
});
document.addEventListener("DOMContentLoaded", () => {
  if (!page()) return;
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && "saved" in page().dataset) sessionStorage.removeItem(draftKey(sent));
  document.querySelector("[data-draft-told] button")?.addEventListener("click", () => {
    sessionStorage.removeItem(draftKey());
    location.reload();
  });
  offerDraft();
});
