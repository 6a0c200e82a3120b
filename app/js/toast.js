// The message of the previous page, which the server rendered.
const find = () => document.getElementById("flash-toast");

export function removeFlashToast() {
  find()?.remove();
}

export function undoPreviousPage() {
  find()?.querySelector("form")?.requestSubmit();
}
