// The message of the previous page, which the server rendered.
export function removeFlashToast() {
  document.getElementById("flash-toast")?.remove();
}
