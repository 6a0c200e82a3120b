document.head.append(Object.assign(document.createElement("link"), {
  rel: "preload",
  as: "fetch",
  type: "application/wasm",
  crossOrigin: "anonymous",
  href: document.currentScript.dataset.wasm,
}));

// Keys that only an island handles are kept until it is ready, then repeated. The first dialog ends this, because it has the
// focus.
const early = [];
const keepEarly = (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.key.length > 1) return;
  if (!e.target.closest("input, textarea, select, dialog[open]")) early.push([e.target, new KeyboardEvent(e.type, e)]);
};
addEventListener("keydown", keepEarly);
addEventListener("islands-ready", async () => {
  removeEventListener("keydown", keepEarly);
  for (const [target, key] of early) {
    // The islands react in tasks of their own.
    await new Promise((done) => setTimeout(done));
    if (document.querySelector("dialog:modal")) return;
    target.dispatchEvent(key);
  }
});
