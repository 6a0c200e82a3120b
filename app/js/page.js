// Improvements of plain forms. Every page works without this script.
const on = (type, listener) => addEventListener(type, listener);

// Fills in the browser's time zone for a new account.
for (const input of document.querySelectorAll("input[name=time_zone][type=hidden]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// Buttons that show or hide a password.
const setVisible = (button, visible) => {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const { selectionStart, selectionEnd } = input;
  input.type = visible ? "text" : "password";
  button.setAttribute("aria-pressed", visible);
  // Some browsers move the caret when the type changes.
  input.setSelectionRange(selectionStart, selectionEnd);
};
for (const button of document.querySelectorAll(".password-toggle")) button.hidden = false;
on("mousedown", (e) => e.target.closest?.(".password-toggle") && e.preventDefault());
on("click", (e) => {
  const button = e.target.closest?.(".password-toggle");
  if (button) setVisible(button, button.getAttribute("aria-pressed") === "false");
});

on("click", (e) => e.target.closest?.("[data-print]") && print());

// When a form is submitted, its button shows progress. A second submission of the same form is prevented.
const setPending = (button, pending) => {
  const [spinner, label] = button.children;
  [label.textContent, button.dataset.pending] = [button.dataset.pending, label.textContent];
  spinner.hidden = !pending;
  button.setAttribute("aria-busy", pending);
};
const sent = new Map();
on("submit", (e) => {
  // Hides passwords before the form is submitted, because browsers offer to save only password fields.
  for (const button of e.target.querySelectorAll(".password-toggle")) setVisible(button, false);
  if (e.defaultPrevented || e.target.method !== "post") return;
  if (sent.has(e.target)) return e.preventDefault();
  const button = e.submitter?.dataset.pending ? e.submitter : null;
  sent.set(e.target, button);
  if (button) setPending(button, true);
  if ("fetch" in e.target.dataset) {
    e.preventDefault();
    send(e.target);
  }
});

// Sends the forms for signing in and registering, and shows why the server rejected them. If the browser sent them, the page
// after a rejection would have lost the password.
const send = async (form) => {
  let problem;
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (response.ok) {
      location.assign(response.headers.get("location"));
      // A download does not leave the page, so its form is reset.
      if (!("download" in form.dataset)) return;
      form.reset();
    } else problem = await response.json();
  } catch {
    problem = { detail: "Couldn't reach the server. Check your connection and try again." };
  }
  const { errors = [], detail = "", code } = problem ?? {};
  const shown = new Set();
  for (const input of form.querySelectorAll(".input")) {
    const error = document.getElementById(`${input.id}-error`);
    if (!error) continue;
    const hint = document.getElementById(`${input.id}-hint`);
    const text = errors.find(({ field }) => field === input.name)?.detail;
    shown.add(input.name);
    error.querySelector("span").textContent = text;
    error.hidden = !text;
    if (hint) hint.hidden = Boolean(text);
    input.setAttribute("aria-invalid", Boolean(text));
    input.setAttribute("aria-describedby", text || !hint ? error.id : hint.id);
  }
  // Hides the results of other forms.
  for (const old of document.querySelectorAll(".form-success, .form-error")) old.hidden = true;
  // Errors of fields that are not shown in the form.
  const others = errors.filter(({ field }) => !shown.has(field));
  const text = errors.length ? others.map((error) => error.detail).join(" ") : detail;
  const alert = form.querySelector("[role=alert]");
  alert.hidden = !text;
  alert.querySelector("span").textContent = text;
  for (const link of alert.querySelectorAll("[data-code]")) link.hidden = link.dataset.code !== code;
  if (sent.get(form)) setPending(sent.get(form), false);
  sent.delete(form);
  form.querySelector('[aria-invalid="true"]')?.focus();
};

// Focuses the first invalid field of the previously submitted form, or its result unless the URL names another part of the page.
const result = document.querySelector('[aria-invalid="true"], .form-success, .form-error:not([hidden])');
if (result && (result.name || !document.getElementById(location.hash.slice(1)))) {
  result.tabIndex = result.name ? 0 : -1;
  result.focus();
}

// A page that is restored from the back/forward cache still shows progress, so its buttons are reset.
on("pageshow", (e) => {
  if (!e.persisted) return;
  for (const button of sent.values()) if (button) setPending(button, false);
  sent.clear();
});
