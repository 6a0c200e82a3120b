// Keyboard shortcuts of the inbox. Every shortcut also has a link or a button.
const find = (selector) => document.querySelector(selector);
const open = (step) => {
  const all = [...document.querySelectorAll(".mail-row")];
  const next = all[all.findIndex((row) => row.ariaCurrent) + step];
  // The focus stays on this link, because the next page restores it (workspace.js).
  next?.focus();
  next?.click();
};
const choose = (index) => {
  const choice = document.querySelectorAll('#decision [name="choice"]')[index];
  if (!choice) return;
  choice.closest("details")?.setAttribute("open", "");
  choice.click();
  choice.focus();
};
const decide = () => find("#decision").requestSubmit(find("#decision [type=submit]"));
const keys = {
  j: () => open(1),
  k: () => open(-1),
  e: () => {
    const why = find("#why");
    if (why) why.open = !why.open;
  },
  x: () => {
    const none = find('#decision [value="none"]');
    if (!none) return;
    none.click();
    decide();
  },
  Enter: () => {
    if (find("#decision") && !find("#decision").closest("details:not([open])")) decide();
  },
};
addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input:not([type="radio"]), textarea, select')) return;
  // Enter on a link or button keeps its default action. Exceptions: the link of the open email, and navigation links that got the
  // focus by a click; there, Enter submits the decision.
  const other = e.target.closest("a, button, summary");
  if (e.key === "Enter" && other && !other.matches(".mail-row[aria-current], nav a:not(:focus-visible)")) return;
  const action = e.key > 0 ? () => choose(e.key - 1) : keys[e.key];
  if (!action) return;
  e.preventDefault();
  action();
});
// A changed filter applies immediately. Typing in a field selects the answer to which the field belongs.
for (const select of document.querySelectorAll("[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
find("#decision")?.addEventListener("input", (e) => {
  const choice = e.target.closest(".choice-group")?.querySelector("[type=radio]");
  if (choice) choice.checked = true;
  const other = find("#decision [name=other]");
  // Clears the field of the answer “other” when the user selects a different answer.
  if (other && !other.closest(".choice-group").querySelector(":checked")) other.value = "";
});
// Scrolls the list to the email that is open.
find(".mail-row[aria-current]")?.scrollIntoView({ block: "nearest" });
