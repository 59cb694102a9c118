/* The search box: / or Ctrl-K goes there, hits show while one types, arrows choose, Enter opens the first or the chosen. */
"use strict";

function searchBox(input) {
  const list = document.createElement("ul");
  list.className = "console-hits";
  list.id = "search-hits";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");
  let asked = "", waiting = 0;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (step) => {
    const hits = [...list.querySelectorAll("[data-url]")];
    if (!hits.length) return;
    const now = hits.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    const next = now < 0 ? (step > 0 ? 0 : hits.length - 1) : (now + step + hits.length) % hits.length;
    hits.forEach((hit, place) => hit.setAttribute("aria-selected", String(place === next)));
    hits[next].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", hits[next].id);
  };
  const ask = async () => {
    const typed = input.value.trim();
    if (typed === asked) return;
    asked = typed;
    if (!typed) return close();
    const answer = await fetch(`${input.dataset.search}?part=1&q=${encodeURIComponent(typed)}`, { credentials: "same-origin" });
    if (!answer.ok || typed !== input.value.trim()) return;
    list.innerHTML = await answer.text();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Enter") {
      const chosen = list.querySelector('[aria-selected="true"]');
      if (chosen && !list.hidden) {
        event.preventDefault();
        window.location.assign(chosen.dataset.url);
      }
    }
  });
  list.addEventListener("mousedown", (event) => {
    const hit = event.target.closest("[data-url]");
    if (hit) window.location.assign(hit.dataset.url);
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-search]").forEach(searchBox));
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const wanted = (event.key === "/" && !typing) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
  const input = document.querySelector("[data-search]");
  if (!wanted || !input) return;
  event.preventDefault();
  input.focus();
  input.select();
});
