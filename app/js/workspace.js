// Behavior of every page of a workspace, and the start of its islands. Every page works without this script.
const root = document.documentElement;
const find = (selector) => [...document.querySelectorAll(selector)];
// The workspace whose navigation is shown: another one if the user has lost access to this one.
const workspace = find(".sidebar a.nav-item")[0].pathname.split("/", 3).join("/");

// State that is kept from page to page. Access to the storage throws if the browser forbids it.
let state = {};
try {
  state = JSON.parse(sessionStorage.getItem("page")) ?? {};
} catch {}
const save = (changes) => {
  Object.assign(state, changes);
  try {
    sessionStorage.setItem("page", JSON.stringify(state));
  } catch {}
};

// Changes the theme immediately and stores it on the server.
addEventListener("submit", (e) => {
  const themes = e.target;
  if (!("themes" in themes.dataset)) return;
  e.preventDefault();
  const { value } = e.submitter;
  if (value === "system") delete root.dataset.theme;
  else root.dataset.theme = `jobhax-${value}`;
  for (const button of find("[data-themes] button")) button.setAttribute("aria-pressed", button.value === value);
  const body = new URLSearchParams({ theme: value });
  fetch(themes.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true }).catch(() => {});
});

// Buttons that copy the value of a field.
for (const button of find("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      field.select();
    }
  });
}

// Stops shortcuts of a single key if the user has turned them off. While the palette is loading, keys are collected as its text.
let typed;
addEventListener("keydown", (e) => {
  if (e.key.length !== 1 || e.ctrlKey || e.metaKey || e.altKey) return;
  if (typed !== undefined) {
    typed += e.key;
    e.preventDefault();
  } else if (root.dataset.shortcuts !== "off" || e.key === " ") return;
  e.stopImmediatePropagation();
}, { capture: true });

// Removes the message about the previous page's form after 8 seconds, but not while it is hovered or focused. Errors remain.
const toast = document.getElementById("flash-toast");
const removeToast = () => {
  if (toast.matches(":hover, :focus-within")) setTimeout(removeToast, 2000);
  else toast.remove();
};
if (toast && !toast.querySelector('[role="alert"]')) setTimeout(removeToast, 8000);

// Restores the focus on the next page: on the same link of the navigation or, if the URL is the same, on the same element or
// the nearest ancestor with an id. Restores scroll positions when the user reloads or comes back.
const scrollers = () => find("[data-keep-scroll]");
const around = (e) =>
  e && e !== document.body ? [e.id, ...around(e.popover ? find(`[popovertarget="${e.id}"]`)[0] : e.parentElement)] : [];
let left = false;
addEventListener("pagehide", () => {
  left = true;
  const scroll = Object.fromEntries(scrollers().map((e) => [e.id, [e.scrollLeft, e.scrollTop]]));
  const active = document.activeElement;
  save({
    scroll: { ...state.scroll, [location.pathname]: scroll },
    link: active?.closest("nav a")?.getAttribute("href"),
    path: location.pathname,
    ids: around(active).filter(Boolean),
    focusVisible: active?.matches(":focus-visible"),
  });
});
const { type } = performance.getEntriesByType("navigation")[0];
for (const element of type === "navigate" ? [] : scrollers()) {
  const position = state.scroll?.[location.pathname]?.[element.id];
  if (position) element.scrollTo({ left: position[0], top: position[1], behavior: "instant" });
}
// Does not restore the focus if a dialog is open, because the focus must stay inside it.
if (document.activeElement === document.body && !find("dialog[open]")[0]) {
  const links = find("nav a").filter((a) => a.getAttribute("href") === state.link);
  const ids = type === "navigate" && state.path === location.pathname && state.ids?.length ? [...state.ids, "main"] : [];
  const parts = ids.map((id) => document.getElementById(id)).filter(Boolean);
  const SUMMARY = ":scope > summary, :scope > :is(.section-edit, .add-note) > summary";
  [...links, ...parts.flatMap((e) => [e, ...e.querySelectorAll(SUMMARY)])].some((e) => {
    e.focus({ preventScroll: true, focusVisible: state.focusVisible });
    return e === document.activeElement;
  });
}

// A click at the end of a drag does not open the card, even if its island is not ready yet.
let pressed = null;
addEventListener("pointerdown", (e) => (pressed = e));
addEventListener("click", (e) => {
  const isDrag = e.detail && pressed && Math.hypot(e.clientX - pressed.clientX, e.clientY - pressed.clientY) > 4;
  if (isDrag && e.target.closest("[data-card] a")) e.preventDefault();
});

// Whether the event is in a text field, an open dialog or an open popover, which handle keys themselves.
const isInField = (e) =>
  e.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open], [popover]:popover-open");

// Menus: the arrow keys, Home and End move through the rows, and the key of a row chooses it. Esc closes a menu and focuses its
// button, as browsers do for popovers.
const MENU = ":is(.menu, .confirm)[popover]:not(:focus-within), .views-menu:has(> summary:focus)";
const rowsOf = (menu) =>
  [...menu.querySelectorAll(".menu-row:not(:disabled, [aria-disabled])")].map((row) => row.control ?? row).filter((row) => row.offsetParent);
addEventListener("keydown", (e) => {
  const menu = find("[popover]:popover-open").at(-1) ?? e.target.closest?.(".views-menu[open]");
  if (!menu || e.ctrlKey || e.metaKey || e.altKey) return;
  let row;
  if (e.key === "Escape" && menu.open) {
    menu.open = false;
    row = menu.querySelector("summary");
  } else if (!e.target.matches("input:not([type=checkbox]), select, textarea")) {
    const rows = rowsOf(menu);
    const index = rows.indexOf(document.activeElement);
    const to = { ArrowDown: (index + 1) % rows.length, ArrowUp: Math.max(index, 0) - 1, Home: 0, End: -1 }[e.key];
    row = to === undefined ? rows.find((row) => row.dataset.key === e.key.toLowerCase()) : rows.at(to);
  }
  if (!row) return;
  e.preventDefault();
  row.focus();
  if (row.dataset.key === e.key.toLowerCase()) row.click();
});
// Focuses the first row when a menu opens.
addEventListener("toggle", ({ target, newState }) => {
  if (newState === "open" && target.matches(MENU)) (rowsOf(target)[0] ?? target.querySelector("a, button, [name=name]"))?.focus();
}, true);

// Loads the command palette when it is first opened.
const openPalette = async () => {
  typed = "";
  try {
    (await import(document.getElementById("assets").dataset.palette)).openPalette(typed);
  } catch {
    showIncomplete();
  }
  typed = undefined;
};
addEventListener("keydown", (e) => {
  const isCombination = (e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === "k";
  const isSlash = e.key === "/" && !e.ctrlKey && !e.metaKey && !e.altKey;
  const isOtherDialog = find("dialog:modal:not(.palette)")[0];
  if (!e.isTrusted || isOtherDialog || !(isCombination || (isSlash && !isInField(e)))) return;
  e.preventDefault();
  openPalette();
});
for (const button of find("[data-open-palette]")) {
  button.hidden = false;
  button.addEventListener("click", openPalette);
}

// G followed by the first letter of a page opens the page. The second key must not trigger another shortcut.
const GO_TO = { t: "today", b: "board", a: "applications", i: "inbox", m: "metrics", s: "settings" };
const GO_TO_TIMEOUT = 1500;
let goToSince = -Infinity;
addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || isInField(e)) return;
  const page = e.timeStamp - goToSince < GO_TO_TIMEOUT ? GO_TO[e.key.toLowerCase()] : undefined;
  goToSince = e.key.toLowerCase() === "g" ? e.timeStamp : -Infinity;
  const link = page && find("nav a").find((a) => a.pathname === `${workspace}/${page}`);
  if (!link) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  location.assign(link.href);
}, { capture: true });

// Shows the list of all shortcuts, which is loaded from the settings page.
let keys = null;
const showKeys = async () => {
  const url = `${workspace}/settings/keyboard`;
  try {
    if (!keys) {
      const response = await fetch(url);
      keys = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("keys");
      const label = "Keyboard shortcuts";
      Object.assign(keys, { popover: "auto", role: "dialog", ariaLabel: label, tabIndex: 0, autofocus: true });
      document.body.append(keys);
    }
    keys.togglePopover(true);
  } catch {
    location.assign(url);
  }
};
addEventListener("click", (e) => e.isTrusted && e.target.closest("[data-show-keys]") && showKeys());

// Undoes the change that the message is about or, without a message, the change made by the open email.
let undoTimer;
const undo = () => {
  const [form] = find("#flash-toast form, body:not(:has(#flash-toast)) #undo-mail");
  const [message] = find("#no-undo");
  if (form) return form.requestSubmit();
  if (toast) toast.hidden = true;
  message.hidden = false;
  clearTimeout(undoTimer);
  undoTimer = setTimeout(() => (message.hidden = true), 8000);
};
addEventListener("keydown", (e) => {
  if (!e.isTrusted || e.ctrlKey || e.metaKey || e.altKey || isInField(e)) return;
  if (e.key === "?") showKeys();
  // The board handles Z itself and prevents the default action. The timeout lets it act first.
  else if (e.key.toLowerCase() === "z") setTimeout(() => e.defaultPrevented || undo());
});

// Informs the user once per tab that a part of the page could not be loaded.
const showIncomplete = () => {
  if (left || state.incomplete) return;
  save({ incomplete: true });
  const [message] = find("#incomplete");
  message.hidden = false;
  message.querySelector("button").addEventListener("click", () => location.reload());
};

const { module, wasm, charts } = document.getElementById("assets").dataset;
try {
  if (module) {
    const area = await import(module);
    performance.mark("module-loaded");
    await area.default({ module_or_path: wasm });
    performance.mark("module-instantiated");
    area.hydrate();
    for (const island of find("leptos-island")) area[island.dataset.component](island);
  }
  performance.mark("islands-ready");
  root.dataset.ready = "";
  dispatchEvent(new Event("islands-ready"));
} catch (error) {
  if (!left) console.warn(error);
  showIncomplete();
}
try {
  if (charts) (await import(charts)).mountCharts();
} catch {
  for (const chart of find(".chart")) chart.dataset.missing = "";
}
// Shows the numbers of a chart that could not be drawn.
for (const details of find("figure:has(.chart[data-missing]) details")) details.open = true;
