/* Says when the portal is at work, and looks for what is typed into the search of a list; everything works without it. */
"use strict";

const BUSY_AFTER = 400;
const BUSY_AT_MOST = 60_000;
let timers = [];

const busyWords = () => document.querySelector("[data-busy]");

function restAgain() {
  timers.forEach(clearTimeout);
  timers = [];
  for (const part of document.querySelectorAll("[aria-busy]")) part.removeAttribute("aria-busy");
  if (busyWords()) busyWords().textContent = "";
}

/* Where no page comes at all, the browser does not say so: after a minute it is no longer waited for. */
function atWork(part) {
  restAgain();
  const tell = () => {
    part.setAttribute("aria-busy", "true");
    busyWords().textContent = busyWords().dataset.busy;
  };
  timers = [setTimeout(tell, BUSY_AFTER), setTimeout(restAgain, BUSY_AT_MOST)];
}

/* Files leave the page where it is. */
function leavesThePage(link, event) {
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  if (link.target || "file" in link.dataset || link.origin !== location.origin) return false;
  return !link.hash || link.pathname !== location.pathname || link.search !== location.search;
}

// On the window, after everybody who may have taken the click or the form for himself.
window.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!event.defaultPrevented && leavesThePage(link, event)) atWork(document.querySelector("main"));
});
window.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) atWork(document.querySelector("main"));
});
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape") restAgain();
});
window.addEventListener("pagehide", restAgain);
window.addEventListener("pageshow", restAgain);

/* While a word is being put together from kana, it is not looked for yet. */
function seek(event) {
  const form = event.target.closest?.("form[hx-get]");
  if (form && !event.isComposing) form.dispatchEvent(new CustomEvent("seek"));
}
document.addEventListener("input", seek);
document.addEventListener("compositionend", seek);

document.addEventListener("htmx:configRequest", (event) => {
  const { formData } = event.detail;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  document.querySelector("[data-unreached]").hidden = true;
  atWork(event.detail.target);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.xhr?.getResponseHeader("HX-Redirect")) restAgain();
});
// What is refused has a page of its own, which says what to do.
document.addEventListener("htmx:responseError", (event) => location.assign(event.detail.pathInfo.finalRequestPath));
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, () => {
    document.querySelector("[data-unreached]").hidden = false;
  });
}
// After the next page of a list, reading goes on at its beginning.
document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.requestConfig.elt.closest(".pages")) return;
  event.detail.target.focus({ preventScroll: true });
  event.detail.target.scrollIntoView();
});
