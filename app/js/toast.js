// Removes the message about the previous page's form, which the server has rendered.
export function removeFlashToast() {
  document.getElementById("flash-toast")?.remove();
}
