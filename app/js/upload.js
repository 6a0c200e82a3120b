// The files of a file input or of a drop event.
const filesOf = (source) => [...(source.dataTransfer?.files ?? source.files ?? [])];

// Uploads files as the form would. Uses XMLHttpRequest, because `fetch` does not report upload progress.
// Calls `onSuccess` or `onError` with the response text, which is empty if the connection failed.
export function uploadFiles(form, source, onProgress, onSuccess, onError) {
  const body = new FormData();
  if (form.elements.dry_run?.checked) body.append("dry_run", "true");
  for (const file of filesOf(source)) body.append("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (e) => e.lengthComputable && onProgress(e.loaded / e.total));
  request.addEventListener("load", () => (request.status < 300 ? onSuccess : onError)(request.responseText));
  request.addEventListener("error", () => onError(""));
  request.send(body);
}

// The name of a single file or the number of files, with their total size. Empty if no file was chosen.
export function describeFiles(source) {
  const list = filesOf(source);
  if (!list.length) return "";
  const size = list.reduce((sum, file) => sum + file.size, 0);
  const unit = size < 1e6 ? [1e3, "kB"] : [1e6, "MB"];
  const amount = `${Math.max(1, Math.round(size / unit[0]))} ${unit[1]}`;
  return list.length === 1 ? `${list[0].name}, ${amount}` : `${list.length} files, ${amount}`;
}
