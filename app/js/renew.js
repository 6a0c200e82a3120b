// Keeps a page without islands up to date: when the server reports a change, the script loads the page again in the background and
// replaces the parts marked `data-live`. Reloads a page about a coaching client as soon as the coach has lost access.
const source = document.querySelector("[data-events]");
const isAboutClient = source.matches(".client-banner");
const parts = [...document.querySelectorAll("[data-live]")];
let stream = null;
let wasOpen = false;
let isOutdated = false;

// Whether the user is working in the part, so that replacing it would lose the focus or entered text.
const isBusy = (part) => part.contains(document.activeElement) || part.querySelector("details.section-edit[open], :popover-open");
// The content for comparison. `open` is removed, because the user may have opened or closed details.
const content = (part) => part.innerHTML.replaceAll(' open=""', "");
const renew = (html) => {
  const loaded = new DOMParser().parseFromString(html, "text/html");
  isOutdated = false;
  for (const part of parts) {
    const fresh = loaded.getElementById(part.id);
    if (!fresh || content(fresh) === content(part)) continue;
    if (isBusy(part)) isOutdated = true;
    else part.replaceChildren(...fresh.childNodes);
  }
};
const check = async () => {
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "manual" });
    if (response.ok && parts.length > 0) renew(await response.text());
    const isGone = response.type === "opaqueredirect" || [401, 403, 404].includes(response.status);
    if (isAboutClient && isGone) location.reload();
  } catch {
    // Without a connection, the page remains unchanged until the next event.
  }
};
const open = () => {
  const age = Math.round(performance.now());
  stream = new EventSource(`${source.dataset.events}?age=${age}`);
  stream.addEventListener("change", check);
  stream.addEventListener("end", () => dispatchEvent(new Event("access-end")));
  // Checks for changes after a reconnection, because the server sent no events in the meantime.
  stream.addEventListener("open", () => {
    if (wasOpen) check();
    wasOpen = true;
  });
};
const close = () => {
  stream?.close();
  stream = null;
};
// A tab in the background closes its connection and checks for changes when it is visible again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) close();
  else if (!stream) open();
});
// Replaces parts that were busy, once the user leaves a field or closes a form.
for (const type of ["focusout", "toggle"]) {
  addEventListener(type, () => setTimeout(() => isOutdated && check()), true);
}
addEventListener("pagehide", close);
addEventListener("pageshow", (e) => {
  if (e.persisted && !stream) open();
});
open();
