/* Sends a form once, prints, and offers passkeys where the browser has them; everything else works without it. */
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  if (window.PublicKeyCredential) {
    for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  }
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const told of document.querySelectorAll("[data-passkey-failed]")) told.hidden = false;
});
