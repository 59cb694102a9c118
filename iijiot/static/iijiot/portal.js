"use strict";
/* What makes the portal quicker where scripts run: nothing here is needed for anything. */

const SLOW = 400; // milliseconds after which a wait is shown
let waiting = 0;

function wait() {
  clearTimeout(waiting);
  waiting = setTimeout(() => show(true), SLOW);
}

function show(busy) {
  clearTimeout(waiting);
  document.getElementById("busy").hidden = !busy;
  document.getElementById("main").setAttribute("aria-busy", busy);
}

/* Another page is asked for: by a link in this window that is no file, or by a form. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button;
  if (!link || elsewhere || link.target || link.hasAttribute("data-file")) return;
  if (link.pathname + link.search !== location.pathname + location.search || !link.hash) wait();
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) wait();
});
window.addEventListener("pageshow", () => show(false));

/* A part of a list is asked for. */
document.addEventListener("htmx:beforeRequest", wait);
document.addEventListener("htmx:afterRequest", () => show(false));

/* What comes from elsewhere, such as the login after a session has ended, or does not come, is asked for as a page. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const asked = new URL(pathInfo.finalRequestPath || pathInfo.requestPath, location.href);
  if (xhr.status < 400 && new URL(xhr.responseURL).pathname === asked.pathname) return;
  event.detail.shouldSwap = false;
  location.assign(asked.href);
});
document.addEventListener("htmx:sendError", (event) => location.assign(event.detail.pathInfo.requestPath));

/* Who went on to another page of a list goes on reading there. */
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) document.getElementById("found")?.focus({ preventScroll: true });
});
