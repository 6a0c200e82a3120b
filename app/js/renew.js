// Keeps a page that only the server renders up to date: when the server says that something has changed, the page is loaded again,
// and its parts that may have changed are replaced. Leaves a page about a client as soon as the access ends.
const source = document.querySelector("[data-events]");
const isAboutClient = source.matches(".client-banner");
const parts = [...document.querySelectorAll("[data-live]")];
let stream = null;
let wasOpen = false;
let isOutdated = false;

// Whether replacing the part would lose what the user does there.
const isBusy = (part) => part.contains(document.activeElement) || part.querySelector("details.section-edit[open], :popover-open");
// What the user has opened to read makes no difference.
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
    // Without a connection the page stays until the next event.
  }
};
const open = () => {
  const age = Math.round(performance.now());
  stream = new EventSource(`${source.dataset.events}?age=${age}`);
  stream.addEventListener("change", check);
  stream.addEventListener("end", () => dispatchEvent(new Event("access-end")));
  // What happened while there was no connection is unknown.
  stream.addEventListener("open", () => {
    if (wasOpen) check();
    wasOpen = true;
  });
};
const close = () => {
  stream?.close();
  stream = null;
};
// A tab in the background needs no connection; it checks when it is shown again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) close();
  else if (!stream) open();
});
// What could not be replaced is, once the user is done there.
for (const type of ["focusout", "toggle"]) {
  addEventListener(type, () => setTimeout(() => isOutdated && check()), true);
}
addEventListener("pagehide", close);
addEventListener("pageshow", (e) => {
  if (e.persisted && !stream) open();
});
open();
