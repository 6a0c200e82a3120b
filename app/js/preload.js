// Preloads the WebAssembly module of the page.
document.head.append(Object.assign(document.createElement("link"), {
  rel: "preload",
  as: "fetch",
  type: "application/wasm",
  crossOrigin: "anonymous",
  href: document.currentScript.dataset.wasm,
}));

// Records key presses until the islands that handle them are ready, then repeats them. Stops repeating as soon as a dialog opens,
// because the remaining keys are not meant for the dialog.
const early = [];
const keepEarly = (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.key.length > 1) return;
  if (!e.target.closest("input, textarea, select, dialog[open]")) early.push([e.target, new KeyboardEvent(e.type, e)]);
};
addEventListener("keydown", keepEarly);
addEventListener("islands-ready", async () => {
  removeEventListener("keydown", keepEarly);
  for (const [target, key] of early) {
    // Islands handle a key in a task of their own. Each key waits until the previous one has been handled.
    await new Promise((done) => setTimeout(done));
    if (document.querySelector("dialog:modal")) return;
    target.dispatchEvent(key);
  }
});
