// Comforts of plain forms. Every page works without this script.
const on = (type, listener) => addEventListener(type, listener);

// The browser's time zone, for a new account.
for (const input of document.querySelectorAll("input[name=time_zone][type=hidden]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// Buttons that show a password.
const setVisible = (button, visible) => {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const caret = [input.selectionStart, input.selectionEnd];
  input.type = visible ? "text" : "password";
  button.setAttribute("aria-pressed", visible);
  // Some browsers move the caret when the type changes.
  if (caret[0] !== null) input.setSelectionRange(...caret);
};
for (const button of document.querySelectorAll(".password-toggle")) button.hidden = false;
on("mousedown", (e) => e.target.closest?.(".password-toggle") && e.preventDefault());
on("click", (e) => {
  const button = e.target.closest?.(".password-toggle");
  if (button) setVisible(button, button.getAttribute("aria-pressed") === "false");
});

// The button of a form that the browser sends shows progress, and the form is sent once.
const setPending = (button, pending) => {
  const [spinner, label] = button.children;
  [label.textContent, button.dataset.pending] = [button.dataset.pending, label.textContent];
  spinner.hidden = !pending;
  button.setAttribute("aria-busy", pending);
};
const sent = new Map();
on("submit", (e) => {
  // Passwords are hidden so that the browser stores them as such.
  for (const button of e.target.querySelectorAll(".password-toggle")) setVisible(button, false);
  if (e.defaultPrevented || e.target.method !== "post") return;
  if (sent.has(e.target)) return e.preventDefault();
  const button = e.submitter?.dataset.pending ? e.submitter : null;
  sent.set(e.target, button);
  if (button) setPending(button, true);
});
// A page from the back/forward cache is as it was when it was left.
on("pageshow", (e) => {
  if (!e.persisted) return;
  for (const button of sent.values()) if (button) setPending(button, false);
  sent.clear();
});
