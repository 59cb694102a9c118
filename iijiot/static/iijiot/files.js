/* Files that are sent: their names stay where they are, and their pages say how far they are. */
"use strict";

const LOOK_EVERY = 1500;

async function lookHowFar(place) {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.fileProgress, { redirect: "error" });
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.over) return void location.reload();
    if (told.percent !== null) place.querySelector("progress").value = told.percent;
  } catch {
    /* logged out, or no network: the next look says so */
  }
}

document.addEventListener("DOMContentLoaded", () => {
  // The theme would write the name of a chosen file into the first text field of the form, whatever that asks for.
  for (const input of document.querySelectorAll("input[type=file]")) input.hasChangeListener = true;
  const place = document.querySelector("[data-file-progress]");
  if (place) setInterval(() => void lookHowFar(place), LOOK_EVERY);
});
