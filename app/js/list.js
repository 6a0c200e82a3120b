// Filters and the selection of the board and the table. Both work without this script.
const form = document.getElementById("bulk");
const filters = document.querySelector("form[data-filters]");

// A changed filter applies immediately. Empty fields are left out of the URL.
filters?.addEventListener("change", (e) => e.target.matches("[data-submit]") && filters.requestSubmit());
filters?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});

if (form) {
  const boxes = () => [...document.querySelectorAll('.select-box[form="bulk"]')];
  const boxOf = (element) => element?.closest("tr, [data-card]")?.querySelector(".select-box");
  const focused = () => boxOf(document.activeElement);
  const all = document.querySelector("[data-select-all]");
  // Ids of the selected applications, not elements, because the board may replace its elements.
  const selected = new Set();
  let last = null;

  const show = () => {
    const shown = boxes();
    for (const box of shown) box.checked = selected.has(box.value);
    const count = shown.filter((box) => box.checked).length;
    const [status, text] = [form.querySelector("[data-selected]"), count ? `${count} selected` : ""];
    if (status.textContent !== text) status.textContent = text;
    if (all) [all.checked, all.indeterminate] = [count > 0 && count === shown.length, count > 0 && count < shown.length];
  };
  const set = (changed, checked) => {
    for (const box of changed) if (checked) selected.add(box.value);
    else selected.delete(box.value);
    show();
  };
  const clear = () => {
    selected.clear();
    show();
  };
  // The boxes from the last changed one to this one if both are in the same column or table; otherwise only this one.
  const range = (box) => {
    const list = boxes();
    const [from, to] = [list.findIndex((b) => b.value === last), list.indexOf(box)].sort((a, b) => a - b);
    const isOneList = from >= 0 && list[from].closest("tbody, [data-stage]") === box.closest("tbody, [data-stage]");
    return isOneList ? list.slice(from, to + 1) : [box];
  };

  // Shift+click extends the selection.
  addEventListener("click", (e) => {
    const box = e.target.closest?.(".select-box");
    if (!box) return;
    set(e.shiftKey ? range(box) : [box], box.checked);
    last = box.value;
  });
  all?.addEventListener("change", () => set(boxes(), all.checked));
  form.querySelector("[data-clear-selection]").addEventListener("click", clear);

  addEventListener("keydown", (e) => {
    // Ignores keys that preload.js repeats for the island: this script has already handled them.
    if (!e.isTrusted || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    if (e.target.closest("input:not(.select-box), select, textarea, dialog[open], [popover]:popover-open")) return;
    const box = focused();
    if (e.key === "Escape" && selected.size) clear();
    if (e.key.toLowerCase() === "b" && selected.size) {
      e.preventDefault();
      form.querySelector("[name=tag]").focus();
    }
    if (!box) return;
    if (e.key === "x" || e.key === "X") {
      set([box], !box.checked);
      last = box.value;
    } else if (e.shiftKey && ["J", "K", "ArrowDown", "ArrowUp"].includes(e.key)) {
      // Waits until the board has moved the focus.
      setTimeout(() => set([box, focused() ?? box], true));
    }
  });

  // A long touch on a card without movement selects it.
  addEventListener("card-held", (e) => {
    const box = boxOf(e.target);
    if (box) set([box], !box.checked);
  });

  // Restores the selection in elements that the board adds. Observes the body, because adding the first application replaces the board.
  new MutationObserver(() => selected.size && show()).observe(document.body, { childList: true, subtree: true });
  // Browsers restore checked boxes when the user goes back to this page.
  addEventListener("pageshow", () => set(boxes().filter((box) => box.checked), true));
}
