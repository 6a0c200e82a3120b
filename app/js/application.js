// Keyboard shortcuts of the page of an application, and its scroll position after a form. Every shortcut also has a link or a button.
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
  Escape: () => click("#back"),
};

addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.target.closest("input, textarea, select") || find("[popover]:popover-open")) return;
  const action = keys[e.key];
  if (!action) return;
  e.preventDefault();
  action();
});

// Rejects a file that is too large before it is sent: the server would close the connection during the upload, and the browser would
// show a connection error instead of the reason.
addEventListener("change", (e) => {
  const max = Number(e.target.dataset.maxBytes);
  if (!max) return;
  const isTooLarge = [...e.target.files].some((file) => file.size > max);
  e.target.setCustomValidity(isTooLarge ? "This file is too large. A file can have up to 10 MiB." : "");
  e.target.reportValidity();
});

// A submitted form leads back to this page. Its scroll position is stored, so that the page does not jump to the top.
const KEY = "application-scroll";
try {
  const left = JSON.parse(sessionStorage.getItem(KEY));
  sessionStorage.removeItem(KEY);
  if (left?.path === location.pathname && !find('[aria-invalid="true"]')) body.scrollTop = left.top;
  addEventListener("submit", () => {
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, top: body.scrollTop }));
  });
} catch {}
