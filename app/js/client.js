// Leaves a page about a client as soon as the access ends: the server says that something has changed, and the page is no longer
// there when it is loaded again.
const banner = document.querySelector(".client-banner");
let source = null;
let wasOpen = false;
const check = async () => {
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "manual" });
    if (response.type === "opaqueredirect" || [401, 403, 404].includes(response.status)) location.reload();
  } catch {
    // Without a connection the page stays until the next event.
  }
};
const open = () => {
  const age = Math.round(performance.now());
  source = new EventSource(`${banner.dataset.events}?age=${age}`);
  source.addEventListener("change", check);
  // What happened while there was no connection is unknown.
  source.addEventListener("open", () => {
    if (wasOpen) check();
    wasOpen = true;
  });
};
const close = () => {
  source?.close();
  source = null;
};
// A tab in the background needs no connection; it checks when it is shown again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) close();
  else if (!source) open();
});
addEventListener("pagehide", close);
addEventListener("pageshow", (e) => {
  if (e.persisted && !source) open();
});
open();
