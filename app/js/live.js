// Keeps a page up to date: calls `onChange` when the server reports a change made elsewhere, and before every attempt to
// reconnect while the connection is lost.
const MAX_PAUSE = 60_000;
// A tab in the background disconnects after this time, because browsers limit the number of connections to a server.
const HIDDEN_TIMEOUT = 10_000;

// Returns a function that stops watching.
export function watchChanges(url, onChange) {
  let source = null;
  let timer = 0;
  let failures = 0;
  // The time up to which the page shows all changes. The server reports later ones when the connection opens.
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
  // Reconnects with backoff, because browsers retry immediately and forever, or never.
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
  // A page in the back/forward cache must not keep a connection, either.
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

// Whether the user is dragging a card. A reload would interrupt it.
export const isDragging = () => Boolean(document.querySelector("[data-dragging]"));
