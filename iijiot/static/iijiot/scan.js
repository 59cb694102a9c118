/* Pages for a barcode scanner: a scan is sent without leaving the page, one after another, and the field is free at once. */
"use strict";

const TONES = { taken: [880], known: [440, 440], wrong: [220, 220, 220] };
let sounds = null;

/** Short tones beside the words: one for taken, two for known, three for wrong. */
function sound(answer) {
  const tones = TONES[answer] || TONES.wrong;
  try {
    sounds ||= new AudioContext();
    tones.forEach((height, place) => {
      const from = sounds.currentTime + place * 0.16;
      const tone = sounds.createOscillator();
      tone.frequency.value = height;
      tone.connect(sounds.destination);
      tone.start(from);
      tone.stop(from + 0.1);
    });
  } catch {
    /* a machine without sound: the words say it */
  }
}

function notSent(place, words, number) {
  const answer = place.querySelector("[data-answer]");
  answer.className = "console-scan-answer is-danger";
  answer.textContent = `✕ ${words} ${number}`;
  sound("wrong");
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-scan-form]");
  if (!form) return;
  const input = form.querySelector("[data-scan]");
  const place = document.querySelector("[data-scan-list]");
  let turn = Promise.resolve();
  let byItself = false;

  async function send(data, number) {
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "error" });
      if (answer.status === 409) {
        // what holds for all scans is wrong: the page itself says what
        byItself = true;
        input.value = number;
        form.submit();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
      sound(place.querySelector("[data-answer]").dataset.answer);
    } catch {
      notSent(place, form.dataset.notSent, number);
    }
  }

  form.addEventListener("submit", (event) => {
    if (byItself) return;
    event.preventDefault();
    const number = input.value.trim();
    if (!number) return void input.focus();
    const data = new FormData(form);
    data.set("part", "1");
    input.value = "";
    input.focus();
    turn = turn.then(() => send(data, number));
  });
  if (!document.querySelector("[data-focus]")) input.focus();
});
