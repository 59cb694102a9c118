/* Choosing rows for a bulk act, and looking how far a run is; both work without this too. */
"use strict";

const EVERY_MS = 1500;

function boxes() {
  return [...document.querySelectorAll('input[name="ids"][form="bulk-choice"]')];
}

/* Say how many are ticked; whoever ticks means the ticked ones. */
function countTicks(form, all) {
  const ticked = boxes().filter((box) => box.checked).length;
  const told = form.querySelector("[data-ticked]");
  told.textContent = String(ticked);
  told.hidden = ticked === 0;
  if (ticked) form.querySelector('input[name="which"][value="ticked"]').checked = true;
  all.checked = ticked > 0 && ticked === boxes().length;
  all.indeterminate = ticked > 0 && ticked < boxes().length;
}

function chooseRows(form) {
  const place = document.querySelector("[data-tick-all]");
  if (!place) return;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", place.textContent.trim());
  place.replaceChildren(all);
  let last = null;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    countTicks(form, all);
  });
  for (const box of boxes()) {
    box.addEventListener("click", (event) => {
      const rows = boxes();
      if (event.shiftKey && last) {
        const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
        for (const between of rows.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      countTicks(form, all);
    });
  }
  countTicks(form, all);
}

async function lookAt(place) {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.bulkProgress, { redirect: "error" });
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.over) return void location.reload();
    place.querySelector("progress").value = told.tried;
    for (const [name, value] of Object.entries(told.counts)) {
      const shown = place.querySelector(`[data-count="${name}"]`);
      if (shown.textContent !== value) shown.textContent = value;
    }
  } catch {
    /* logged out, or no network: the next look says so */
  }
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-bulk]");
  if (form) chooseRows(form);
  const place = document.querySelector("[data-bulk-progress]");
  if (place) setInterval(() => lookAt(place), EVERY_MS);
});
