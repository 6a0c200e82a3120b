// The names of all time zones that the browser knows, one per line.
export function timeZones() {
  return (Intl.supportedValuesOf?.("timeZone") ?? []).join("\n");
}

// Shows the user's new name wherever the frame of the page has it.
export function showUserName(name, initials) {
  for (const element of document.querySelectorAll("[data-user-name]")) element.textContent = name;
  for (const element of document.querySelectorAll("[data-user-initials]")) element.textContent = initials;
}
