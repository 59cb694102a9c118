/* Says that a record is open in this window, and who else has it open. */
"use strict";

const EVERY = 30_000;

function tell(place, leaving) {
  const sent = new URLSearchParams({ record: place.dataset.openRecord });
  if (leaving) sent.set("leaving", "1");
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  return fetch(place.dataset.ask, {
    method: "POST", body: sent, headers: { "X-CSRFToken": token }, keepalive: leaving, redirect: "error",
  });
}

async function ask(place) {
  if (document.hidden) return;
  try {
    const answer = await tell(place, false);
    const { told } = answer.ok ? await answer.json() : { told: "" };
    if (place.textContent !== told) place.textContent = told;
    place.hidden = !told;
  } catch {
    place.hidden = true; // logged out, or no network: the next page says so
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const place = document.querySelector("[data-open-record]");
  if (!place) return;
  ask(place);
  setInterval(() => ask(place), EVERY);
  document.addEventListener("visibilitychange", () => ask(place));
  window.addEventListener("pagehide", () => void tell(place, true).catch(() => undefined));
});
