// Reloads a page of an organization as soon as the user has lost access, has another role or must use single sign-on. The page that
// the server then returns explains the reason.
const notice = document.getElementById("ended");
const url = `${location.pathname.split("/", 3).join("/")}/events`;
let stream = null;
let isSent = false;
// After the user has submitted a form, the next page loads anyway, so this script does not reload.
addEventListener("submit", (e) => (isSent = !e.defaultPrevented));
addEventListener("pageshow", () => (isSent = false));
// Shows a notice instead of reloading while a field has text that is not saved.
const leave = () => {
  const fields = [...document.querySelectorAll("input:not([type=checkbox], [type=radio]), textarea")];
  if (isSent) return;
  if (fields.every((field) => field.value === field.defaultValue)) location.reload();
  else {
    // Only the content of a modal dialog can be clicked, so the notice is shown in an open one.
    const dialog = document.querySelector("dialog:modal");
    (dialog ?? document.body).append(notice);
    dialog?.addEventListener("close", leave, { once: true });
    notice.hidden = false;
  }
};
notice.querySelector("button").addEventListener("click", () => location.reload());
addEventListener("access-end", leave);
// A tab in the background closes its connection. The server reports the lost access when the tab is visible again.
const listen = () => {
  stream?.close();
  if (document.hidden) return;
  stream = new EventSource(url);
  stream.addEventListener("end", leave);
};
// The board and pages with their own event stream dispatch `access-end`, so they need no second connection.
if (!document.querySelector("[data-events], .board")) {
  document.addEventListener("visibilitychange", listen);
  listen();
}
