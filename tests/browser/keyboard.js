() => {
  const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const FOR_THE_MOUSE = "[onclick], [x-on\\:click], [\\@click]";
  const STANDS_FOR_ANOTHER = ".select2-hidden-accessible"; // the theme's picker beside it is reached instead
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled && element.type !== "hidden";
  const told = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const looks = (element) => {
    const style = getComputedStyle(element);
    return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join();
  };
  const found = [];
  const kinds = new Set();
  for (const element of document.querySelectorAll(REACHABLE)) {
    if (!isShown(element) || element.matches(STANDS_FOR_ANOTHER)) continue;
    if (element.tabIndex < 0) {
      found.push(`not in the tab order: ${told(element)}`);
      continue;
    }
    const kind = `${element.tagName}.${element.className}`;
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    element.blur();
    const before = looks(element);
    element.focus({ preventScroll: true });
    if (document.activeElement === element && looks(element) === before) found.push(`focus is not seen: ${told(element)}`);
  }
  for (const element of document.querySelectorAll(FOR_THE_MOUSE))
    if (isShown(element) && element.tabIndex < 0 && !element.querySelector(REACHABLE)) found.push(`only for the mouse: ${told(element)}`);
  return found;
}
