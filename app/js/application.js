// Keys of the page of an application, and its scroll position after a form. Every key has a link or a button.
const find = (selector) => document.querySelector(selector);
const body = find("#page-body");
const edit = (selector) => {
  const details = find(selector);
  if (!details) return;
  details.open = true;
  details.querySelector("input:not([type=hidden]), textarea").focus();
};
const click = (selector) => find(selector)?.click();
const keys = {
  j: () => click('[rel="next"]'),
  k: () => click('[rel="prev"]'),
  n: () => edit("#add-note"),
  e: () => edit('[data-key="e"]'),
  m: () => click('[popovertarget="stage-menu"]'),
  o: () => click('[popovertarget="outcome-menu"]'),
};

// Esc closes the form around the focus unless something in it has changed.
const isChanged = (field) => (field.defaultValue ?? field.value) !== field.value;
const leave = (details) => {
  if ([...details.querySelectorAll("input, textarea")].some(isChanged)) return;
  details.open = false;
  details.querySelector("summary").focus();
};
const menuAction = (menu, key) => {
  const rows = [...menu.querySelectorAll(".menu-row:not(:disabled)")];
  if (!rows.length) return null;
  const index = rows.indexOf(document.activeElement);
  const to = { ArrowDown: (index + 1) % rows.length, ArrowUp: Math.max(index, 0) - 1, Home: 0, End: -1 }[key];
  if (to !== undefined) return () => rows.at(to)?.focus();
  const row = rows.find((row) => row.dataset.key === key);
  return row && (() => row.click());
};
const pageAction = (target, key) => {
  const details = key === "Escape" && target.closest("details[open]:has(form)");
  if (details) return () => leave(details);
  if (target.closest("input, textarea, select")) return null;
  return key === "Escape" ? () => click("#back") : keys[key];
};
addEventListener("keydown", (e) => {
  const isSending = e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.matches("textarea");
  if (isSending) e.target.form.requestSubmit(e.target.form.querySelector("[type=submit]"));
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const menu = find("[popover]:popover-open");
  const action = menu ? menuAction(menu, e.key) : pageAction(e.target, e.key);
  if (!action) return;
  e.preventDefault();
  action();
});

// The browser asks before a note or a comment is lost.
let sent = null;
addEventListener("submit", (e) => (sent = e.target));
addEventListener("input", () => (sent = null));
addEventListener("beforeunload", (e) => {
  const texts = [...document.querySelectorAll(".note-form textarea")];
  if (texts.some((text) => text.form !== sent && isChanged(text) && text.value.trim())) e.preventDefault();
});

// The first row of a menu and the first field of a form get the focus when they open.
addEventListener("toggle", (e) => {
  if (e.newState !== "open") return;
  if (e.target.matches(".menu, .confirm")) e.target.querySelector(":is(a, button):not(:disabled)")?.focus();
  else if (e.target.matches("details")) e.target.querySelector(":not(summary) > input:not([type=hidden]), textarea")?.focus();
}, true);

// A file that is too large is not sent, because the server would close the connection before the browser has sent all of it.
addEventListener("change", (e) => {
  const max = Number(e.target.dataset.maxBytes);
  if (!max) return;
  const isTooLarge = [...e.target.files].some((file) => file.size > max);
  e.target.setCustomValidity(isTooLarge ? "This file is too large. A file can have up to 10 MiB." : "");
  e.target.reportValidity();
});

// A form leads back to this page, which stays where it was.
const KEY = "application-scroll";
try {
  const left = JSON.parse(sessionStorage.getItem(KEY));
  sessionStorage.removeItem(KEY);
  if (left?.path === location.pathname && !find('[aria-invalid="true"]')) body.scrollTop = left.top;
  addEventListener("submit", () => {
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, top: body.scrollTop }));
  });
} catch {}
