// The files of a file input, or those dropped by a drag event.
const filesOf = (source) => [...(source.dataTransfer?.files ?? source.files ?? [])];

// Sends files as the form would and says how far it is; fetch cannot tell the progress of an upload.
// Calls `done` with the text of the answer, or `failed` with it, which is empty when the connection broke.
export function send(form, source, progress, done, failed) {
  const body = new FormData();
  for (const file of filesOf(source)) body.append("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (e) => e.lengthComputable && progress(e.loaded / e.total));
  request.addEventListener("load", () => (request.status < 300 ? done : failed)(request.responseText));
  request.addEventListener("error", () => failed(""));
  request.send(body);
}

// The words for a choice of files: its name, or how many, and the size. Empty when there is none.
export function describe(source) {
  const list = filesOf(source);
  if (!list.length) return "";
  const size = list.reduce((sum, file) => sum + file.size, 0);
  const unit = size < 1e6 ? [1e3, "kB"] : [1e6, "MB"];
  const amount = `${Math.max(1, Math.round(size / unit[0]))} ${unit[1]}`;
  return list.length === 1 ? `${list[0].name}, ${amount}` : `${list.length} files, ${amount}`;
}
