// Keeps a page up to date: calls back when the server says that something has changed elsewhere, and now and then while the
// server cannot be heard.
const MAX_PAUSE = 60_000;
// A tab in the background hears nothing after a while, so that it does not use up the connections of the browser.
const HIDDEN_TIMEOUT = 10_000;

// The returned function stops it.
export function watchChanges(url, onChange) {
  let source = null;
  let timer = 0;
  let failures = 0;
  // The age of what the page shows: since when nothing has been missed.
  let current = performance.timeOrigin + performance.getEntriesByType("navigation")[0].responseStart;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    const age = Math.max(0, Math.round(performance.timeOrigin + performance.now() - current));
    source = new EventSource(`${url}?tab=${document.documentElement.dataset.tab}&age=${age}`);
    source.addEventListener("open", () => (failures = 0));
    source.addEventListener("change", onChange);
    source.addEventListener("end", () => dispatchEvent(new Event("access-end")));
    source.addEventListener("error", retry);
  };
  // The browser would connect again at once and for ever, or not at all.
  const retry = () => {
    close();
    current = performance.timeOrigin + performance.now();
    const pause = Math.min(MAX_PAUSE, 1000 * 2 ** failures) * (0.5 + Math.random());
    failures += 1;
    timer = setTimeout(() => {
      current = performance.timeOrigin + performance.now();
      onChange();
      open();
    }, pause);
  };
  const suspend = () => {
    if (!source && !timer) return;
    close();
    timer = 0;
    current = performance.timeOrigin + performance.now();
  };
  const onVisibility = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(suspend, HIDDEN_TIMEOUT);
    else if (!source) open();
  };
  // A page in the back/forward cache hears nothing, either.
  const onHide = () => suspend();
  const onShow = (e) => e.persisted && open();

  const listeners = [[document, "visibilitychange", onVisibility], [window, "pagehide", onHide], [window, "pageshow", onShow]];
  for (const [target, type, listener] of listeners) target.addEventListener(type, listener);
  open();
  return () => {
    close();
    for (const [target, type, listener] of listeners) target.removeEventListener(type, listener);
  };
}

// Whether a card is being dragged.
export const isDragging = () => Boolean(document.querySelector("[data-dragging]"));
