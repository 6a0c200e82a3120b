// Shortcuts in forms: Esc closes the form that has the focus, unless a field has changed. Ctrl+Enter or ⌘+Enter submits it.
const isChanged = (field) => field.defaultValue !== field.value;
const leave = (details) => {
  if ([...details.querySelectorAll("input, textarea")].some(isChanged)) return;
  details.open = false;
  details.querySelector("summary").focus();
};
addEventListener("keydown", (e) => {
  const { form } = e.target;
  const details = e.target.closest?.("details[open]:has(form)");
  const isField = form?.closest("[data-guard]") && e.target.matches("input, textarea, select");
  if (e.defaultPrevented || document.querySelector("[popover]:popover-open")) return;
  if (isField && e.key === "Enter" && (e.ctrlKey || e.metaKey)) form.requestSubmit(form.querySelector("[type=submit]"));
  else if (details && e.key === "Escape") leave(details);
  else return;
  e.preventDefault();
});

// Focuses the first field when a form opens.
addEventListener("toggle", ({ target, newState }) => {
  const form = target.querySelector(":is(.note-form, .section-form, .today-form)");
  if (newState === "open") form?.querySelector("input:not([type=hidden]), textarea")?.focus();
}, true);

// Makes the browser ask before the user leaves a page with unsaved text in a part marked `data-guard`.
const isUnsent = (field) => isChanged(field) && !field.form?.querySelector('[aria-busy="true"]');
const ask = (e) => {
  if ([...document.querySelectorAll("[data-guard] :is(input, textarea)")].some(isUnsent)) e.preventDefault();
};
addEventListener("input", () => addEventListener("beforeunload", ask));
