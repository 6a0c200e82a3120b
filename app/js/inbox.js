// Keys of the inbox. Every key has a link or a button.
const find = (selector) => document.querySelector(selector);
const rows = () => [...document.querySelectorAll(".mail-row")];
const open = (step) => {
  const all = rows();
  const next = all[all.findIndex((row) => row.ariaCurrent) + step];
  // The next page focuses the same link.
  next?.focus();
  next?.click();
};
const choose = (index) => {
  const choice = document.querySelectorAll('#decision [name="choice"]')[index];
  if (!choice) return;
  const details = choice.closest("details");
  if (details) details.open = true;
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
  // On the link of the open email, and on one that only a click has focused, the key is that of the page.
  const other = e.target.closest("a, button, summary");
  if (e.key === "Enter" && other && !other.matches(".mail-row[aria-current], nav a:not(:focus-visible)")) return;
  const action = /^[1-9]$/.test(e.key) ? () => choose(e.key - 1) : keys[e.key];
  if (!action) return;
  e.preventDefault();
  action();
});
// Selects of the filters apply at once, and typing chooses the answer that the field belongs to.
for (const select of document.querySelectorAll("[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
find("#decision")?.addEventListener("input", (e) => {
  const choice = e.target.closest(".choice-group")?.querySelector("[type=radio]");
  if (choice) choice.checked = true;
  const other = find("#decision [name=other]");
  // What was typed for another answer is none.
  if (other && !other.closest(".choice-group").querySelector(":checked")) other.value = "";
});
// The email of the reader is in sight.
find(".mail-row[aria-current]")?.scrollIntoView({ block: "nearest" });
