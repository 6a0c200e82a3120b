// Leaves a page of an organization as soon as the user has lost it, has another role there or must use its single sign-on: the page that
// follows says so.
const notice = document.getElementById("ended");
const url = `${location.pathname.split("/", 3).join("/")}/events`;
let stream = null;
let isSent = false;
// What users do themselves leads to another page anyway.
addEventListener("submit", (e) => (isSent = !e.defaultPrevented));
addEventListener("pageshow", () => (isSent = false));
// What is being typed is not lost.
const leave = () => {
  const fields = [...document.querySelectorAll("input:not([type=checkbox], [type=radio]), textarea")];
  if (isSent) return;
  if (fields.every((field) => field.value === field.defaultValue)) location.reload();
  else {
    // Outside an open dialog, nothing can be clicked.
    const dialog = document.querySelector("dialog:modal");
    (dialog ?? document.body).append(notice);
    dialog?.addEventListener("close", leave, { once: true });
    notice.hidden = false;
  }
};
notice.querySelector("button").addEventListener("click", () => location.reload());
addEventListener("access-end", leave);
// A tab in the background needs no connection; it hears of it when it is shown again.
const listen = () => {
  stream?.close();
  if (document.hidden) return;
  stream = new EventSource(url);
  stream.addEventListener("end", leave);
};
// The board, and pages with events of their own, pass it on.
if (!document.querySelector("[data-events], .board")) {
  document.addEventListener("visibilitychange", listen);
  listen();
}
