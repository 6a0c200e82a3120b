// The command palette: pages, actions, and a search for applications while the user types. Loaded when it is first opened.
const SEARCH_DELAY = 150;
const MAX_TEXT = 200;

// The workspace whose navigation is shown: another one if the user has lost access to this one.
const workspace = document.querySelector(".sidebar a.nav-item").pathname.split("/", 3).join("/");
const slug = decodeURIComponent(workspace.split("/")[2]);

const element = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

const has = (page) => document.querySelector(`.sidebar [href="${workspace}/${page}"]`);

// Paths of settings sections that differ from the lower-case name.
const PATHS = {
  "Sign-in methods": "accounts", "API keys": "api-keys", "No response": "silence", "Deleted applications": "deleted", "Audit log": "audit",
  "Your data": "data",
};
const settings = () => {
  const { kind, role } = document.querySelector(".workspace-switcher").dataset;
  return [
    ...["Profile", "Password", "Sessions", "Sign-in methods", "Notifications", "Appearance", "Keyboard"],
    ...["Mailboxes", "Calendar", "API keys", "Webhooks", "Stages", "No response", "Usage", "Deleted applications", "Your data"],
    ...(kind === "organization" ? ["Sharing", "Members", "Organization"] : []),
    ...(role === "owner" || role === "admin" ? ["Audit log"] : []),
  ];
};

// All links of the navigation, and further pages and actions for which it has no room.
const commands = () => {
  const links = [...document.querySelectorAll(".sidebar a.nav-item")].map((link) => ({
    label: link.querySelector("span").textContent,
    hint: "Go to",
    href: link.getAttribute("href"),
  }));
  return [
    // Coaches have no board, so they cannot add an application.
    ...(has("board") ? [{ label: "Add application", hint: "Do", href: `${workspace}/board?add=` }] : []),
    ...links,
    ...settings().map((name) => ({
      label: `Settings: ${name}`,
      hint: "Go to",
      href: `${workspace}/settings/${PATHS[name] ?? name.toLowerCase()}`,
      isRare: true,
    })),
  ];
};

const input = element("input", {
  type: "text", role: "combobox", "aria-label": "Search or go to", "aria-expanded": "true", "aria-controls": "palette-list",
  "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", maxlength: MAX_TEXT, class: "palette-input",
  placeholder: "Search applications, or go to a page",
});
const list = element("ul", { role: "listbox", id: "palette-list", "aria-label": "Results", class: "palette-list" });
const status = element("p", { role: "status", class: "palette-status" });
const dialog = element("dialog", { class: "dialog palette", "aria-label": "Command palette" }, input, list, status);
document.body.append(dialog);

let options = [];
let current = 0;
let timer = 0;
let request = null;

const select = (index) => {
  const rows = [...list.querySelectorAll("[role=option]")];
  if (!rows.length) return input.removeAttribute("aria-activedescendant");
  current = (index + rows.length) % rows.length;
  rows.forEach((row, n) => row.setAttribute("aria-selected", n === current));
  input.setAttribute("aria-activedescendant", rows[current].id);
  rows[current].scrollIntoView({ block: "nearest" });
};

const show = (found, text, message) => {
  options = found;
  list.replaceChildren(
    ...found.map(({ label, detail, hint }, n) => {
      const row = element("li", { role: "option", id: `palette-${n}`, "aria-selected": "false" }, element("span", {}, label));
      if (detail) row.append(element("small", {}, detail));
      row.append(element("small", { class: "palette-hint" }, hint));
      return row;
    }),
  );
  list.hidden = !found.length;
  input.setAttribute("aria-expanded", found.length > 0);
  status.textContent = message ?? (found.length ? "" : `Nothing found for “${text}”.`);
  select(0);
};

const matching = (text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return commands().filter(({ label, isRare }) =>
    words.length ? words.every((word) => label.toLowerCase().includes(word)) : !isRare,
  );
};

const search = async (text) => {
  request?.abort();
  request = new AbortController();
  const local = matching(text);
  const href = `${workspace}/inbox?view=done&q=${encodeURIComponent(text)}`;
  const email = has("inbox") ? [{ label: `Search email for “${text}”`, hint: "Email", href }] : [];
  try {
    const response = await fetch("/_fn/jobapps/search", {
      method: "POST",
      body: new URLSearchParams({ slug, q: text }),
      headers: { Accept: "application/json" },
      signal: request.signal,
    });
    if (!response.ok) return show([...local, ...email], text, (await response.json()).detail);
    const found = (await response.json()).map(({ id, company, job_title, stage }) => ({
      label: company,
      detail: job_title,
      hint: stage,
      href: `${workspace}/applications/${id}`,
    }));
    show([...local, ...found, ...email], text);
  } catch (error) {
    if (error.name !== "AbortError") show([...local, ...email], text, "Couldn't search applications. Check your connection.");
  }
};

const update = () => {
  clearTimeout(timer);
  request?.abort();
  const text = input.value.trim();
  show(matching(text), text, text ? "Searching" : "");
  if (text) timer = setTimeout(() => search(text), SEARCH_DELAY);
};

const open = (option) => {
  if (!option) return;
  dialog.close();
  location.assign(option.href);
};

input.addEventListener("input", update);
input.addEventListener("keydown", (e) => {
  if (e.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (step) select(current + step);
  else if (e.key === "Enter") open(options[current]);
  else return;
  e.preventDefault();
});
// Keeps the focus in the text field while the user clicks a row.
list.addEventListener("mousedown", (e) => e.preventDefault());
list.addEventListener("click", (e) => {
  const row = e.target.closest("[role=option]");
  if (row) open(options[[...list.children].indexOf(row)]);
});
dialog.addEventListener("click", (e) => e.target === dialog && dialog.close());
dialog.addEventListener("close", () => {
  clearTimeout(timer);
  request?.abort();
});

// Opens with the text that the user typed while the palette was loading. The browser restores the focus when the dialog closes.
export function openPalette(text) {
  if (dialog.open) return dialog.close();
  input.value = text;
  update();
  dialog.showModal();
  input.focus();
}
