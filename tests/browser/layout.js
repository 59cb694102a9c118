(form) => {
  const OTHERWISE = ["hidden", "checkbox", "radio", "submit", "search"];
  const isOne = (field) => field.checkVisibility() && !OTHERWISE.includes(field.type) && !field.closest(".selector, .select2-container, table");
  const fields = [...form.querySelectorAll("input, select, textarea")].filter(isOne);
  const wrong = [];
  for (const field of fields) {
    const label = field.labels?.[0];
    if (field.ariaLabel) continue;
    if (!label) wrong.push(`no label: ${field.name}`);
    else if (label.getBoundingClientRect().bottom > field.getBoundingClientRect().top + 2) wrong.push(`label not above: ${field.name}`);
    else if (field.required && !label.textContent.includes("必須")) wrong.push(`not said to be required: ${field.name}`);
  }
  const besideAnother = /_1$/; // the time beside its day
  const lefts = new Set(fields.filter((field) => !besideAnother.test(field.name)).map((field) => Math.round(field.getBoundingClientRect().left)));
  if (lefts.size > 1) wrong.push(`more than one column: ${[...lefts]}`);
  return wrong;
}
