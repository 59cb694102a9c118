/* What the console's pages add to plain HTML; everything works without it too. */
"use strict";

/* The theme's pickers have no name of their own: give them that of their label. */
function namePickers(root) {
  for (const picker of root.querySelectorAll(".select2-selection:not([data-named])")) {
    const select = picker.closest(".select2-container")?.previousElementSibling;
    const label = select && document.querySelector(`label[for="${select.id}"]`);
    if (!label) continue;
    picker.dataset.named = "";
    picker.setAttribute("aria-label", label.textContent.trim());
    picker.removeAttribute("aria-labelledby");
    const shown = picker.querySelector(".select2-selection__rendered");
    if (shown) {
      shown.removeAttribute("role");
      shown.removeAttribute("aria-readonly");
    }
  }
}

/* What the theme makes for the mouse alone works by keyboard too. */
function makeOperable(root) {
  for (const control of root.querySelectorAll("div[x-on\\:click], span[x-on\\:click]")) {
    if (control.tabIndex >= 0 || control.querySelector("a[href], button, input")) continue;
    control.tabIndex = 0;
    control.setAttribute("role", "button");
    const labels = document.querySelector("[data-menu-label]")?.dataset ?? {};
    const attribute = control.getAttribute("x-on:click");
    if (attribute.startsWith("sidebar")) control.setAttribute("aria-label", labels.menuLabel);
    if (attribute.startsWith("openRelated")) control.setAttribute("aria-label", labels.relatedLabel);
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      control.click();
    });
  }
}

/* A second click on the same confirmation, or on saving a record's form, does nothing. */
const FORMS_THAT_SAVE = 'form[data-once], form[method="post"][id$="_form"]';

function sendOnce(event) {
  const form = event.target.closest(FORMS_THAT_SAVE);
  if (!form || event.submitter?.hasAttribute("data-file")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
}

/* Escape closes a hint that covers something; it opens again with the next visit of its button. */
function closeHints(event) {
  if (event.key !== "Escape") return;
  for (const hint of document.querySelectorAll(".console-why")) hint.classList.add("is-closed");
}

function openHint(event) {
  event.target.closest?.(".console-why")?.classList.remove("is-closed");
}

/* A hint that would stand out of the window opens to the left of its button. */
function placeHints() {
  for (const hint of document.querySelectorAll(".console-why")) {
    const tip = hint.querySelector(".console-tip");
    const right = hint.getBoundingClientRect().left + (tip?.offsetWidth ?? 0);
    hint.classList.toggle("is-left", right > document.documentElement.clientWidth);
  }
}

document.addEventListener("keydown", closeHints);
document.addEventListener("mouseover", openHint);
document.addEventListener("focusin", openHint);
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(FORMS_THAT_SAVE)) delete form.dataset.sent;
});
document.addEventListener("DOMContentLoaded", () => {
  namePickers(document);
  makeOperable(document);
  placeHints();
  new MutationObserver(() => namePickers(document)).observe(document.body, { childList: true, subtree: true });
});
window.addEventListener("resize", placeHints);
/* After all scripts: the theme's own puts the focus into the first field of an empty form. */
window.addEventListener("load", () => document.querySelector("[data-focus]")?.focus());
