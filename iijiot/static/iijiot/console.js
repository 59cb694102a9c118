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

/* A second click on the same confirmation, or on saving a record's form, does nothing. */
const SENT_ONCE = 'form[data-once], form[method="post"][id$="_form"]';

function sendOnce(event) {
  const form = event.target.closest(SENT_ONCE);
  if (!form) return;
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

document.addEventListener("keydown", closeHints);
document.addEventListener("mouseover", openHint);
document.addEventListener("focusin", openHint);
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(SENT_ONCE)) delete form.dataset.sent;
});
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-focus]")?.focus();
  namePickers(document);
  new MutationObserver(() => namePickers(document)).observe(document.body, { childList: true, subtree: true });
});
