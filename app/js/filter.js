// Text fields that filter a list of choices. Hiding an entry does not deselect it.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
for (const field of document.querySelectorAll("[data-filter]")) {
  field.hidden = false;
  field.addEventListener("input", () => {
    const text = fold(field.value.trim());
    for (const row of document.getElementById(field.dataset.filter).children) row.hidden = !fold(row.textContent).includes(text);
  });
  // Enter would submit the form that contains the field.
  field.addEventListener("keydown", (e) => e.key === "Enter" && e.preventDefault());
}
