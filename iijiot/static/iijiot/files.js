/* Looks how far a file is; without this the page says it when it is loaded again. */
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
  const place = document.querySelector("[data-file-progress]");
  if (place) setInterval(() => void lookHowFar(place), LOOK_EVERY);
});
