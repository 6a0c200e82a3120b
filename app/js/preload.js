document.head.append(Object.assign(document.createElement("link"), {
  rel: "preload",
  as: "fetch",
  type: "application/wasm",
  crossOrigin: "anonymous",
  href: document.currentScript.dataset.wasm,
}));
