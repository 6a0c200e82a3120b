// Fields that filter a list of choices. Entries that do not match stay chosen.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
for (const field of document.querySelectorAll("[data-filter]")) {
  field.hidden = false;
  field.addEventListener("input", () => {
    const text = fold(field.value.trim());
    for (const row of document.getElementById(field.dataset.filter).children) row.hidden = !fold(row.textContent).includes(text);
  });
  // Enter would send the form around it.
  field.addEventListener("keydown", (e) => e.key === "Enter" && e.preventDefault());
}
