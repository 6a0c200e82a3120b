// Comforts of the documentation, which is readable without them: the filter of the navigation, one language for all samples, buttons
// that copy, and forms that send a request. What a response contains is only ever text of the page.
const KEY = "jobhax-docs-key";
const LANGUAGE = "jobhax-docs-language";
const SHOWN_HEADERS = ["content-type", "etag", "idempotency-replayed", "link", "deprecation", "sunset", "ratelimit", "retry-after", "x-request-id"];
/** Longer responses are cut. */
const MAX_SHOWN = 100_000;

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
// Storage can be turned off.
function stored(storage, key, value) {
  try {
    if (value === undefined) return window[storage].getItem(key) ?? "";
    window[storage].setItem(key, value);
  } catch {}
  return "";
}

// The filter.
const find = document.getElementById("find");
const groups = all(".side .group");
const opened = new Map(groups.map((group) => [group, group.open]));
const inGuide = document.querySelector(".side .found-in-guide");
const isGuide = !inGuide.hidden;
const sections = all("li", inGuide);
const textOf = (link, names) => `${names} ${link.textContent}`.toLowerCase();
function filter() {
  const words = find.value.toLowerCase().split(/[\s_]+/).filter(Boolean);
  let found = 0;
  // Sections with the words in their title come first; without words, all do.
  const isTitled = ({ textContent }) => words.every((word) => textContent.toLowerCase().includes(word));
  inGuide.firstElementChild.append(...sections.filter(isTitled), ...sections.filter((item) => !isTitled(item)));
  for (const link of all("a", inGuide)) {
    const text = textOf(link, link.dataset.section);
    const matches = words.every((word) => text.includes(word));
    const item = link.parentElement;
    item.hidden = words.length > 0 ? !matches : "nested" in item.dataset;
    if (matches) found += 1;
  }
  inGuide.hidden = words.length > 0 ? found === 0 : !isGuide;
  for (const group of groups) {
    let inGroup = 0;
    for (const item of all("li", group)) {
      const link = item.querySelector("a[data-find]");
      const text = link ? textOf(link, link.dataset.find) : "";
      const matches = words.every((word) => text.includes(word)) && (words.length === 0 || link);
      item.hidden = !matches;
      if (matches && link) inGroup += 1;
    }
    group.hidden = inGroup === 0;
    group.open = words.length > 0 ? inGroup > 0 : opened.get(group);
    found += inGroup;
  }
  document.querySelector(".side .none").hidden = found > 0;
  document.getElementById("found").textContent = words.length > 0 ? `${found} found` : "";
}
find.parentElement.hidden = false;
find.addEventListener("input", filter);
find.addEventListener("keydown", (event) => {
  if (event.key === "Enter") all(".side .group li:not([hidden]) a[data-find]").concat(all(".side .sections li:not([hidden]) a")).at(0)?.click();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea")) return;
  event.preventDefault();
  find.focus();
});
if (find.value) filter();
for (const link of all(".side a[href*='#']")) link.addEventListener("click", () => (document.getElementById("menu").checked = false));

// One language for all samples.
function choose(language) {
  for (const input of all(".tabs input")) input.checked = input.value === language;
}
const language = stored("localStorage", LANGUAGE);
if (all(".tabs input").some((input) => input.value === language)) choose(language);
document.addEventListener("change", ({ target }) => {
  if (!target.closest(".tabs")) return;
  const before = target.getBoundingClientRect().top;
  choose(target.value);
  stored("localStorage", LANGUAGE, target.value);
  // The samples above have another height now.
  scrollBy({ top: target.getBoundingClientRect().top - before, behavior: "instant" });
});

// Buttons that copy.
function addCopy(block) {
  const button = element("button", "copy", "Copy");
  button.type = "button";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code").textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  block.append(button);
}
function codeBlock(text) {
  const block = element("div", "code");
  const pre = element("pre");
  pre.tabIndex = 0;
  pre.append(element("code", "", text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text));
  block.append(pre);
  addCopy(block);
  return block;
}
if (navigator.clipboard) for (const block of all(".code")) addCopy(block);

// Forms that send a request. The key stays in this tab.
const keys = all(".try .key");
for (const input of keys) {
  input.value = stored("sessionStorage", KEY);
  input.addEventListener("input", () => {
    stored("sessionStorage", KEY, input.value);
    for (const other of keys) if (other !== input) other.value = input.value;
  });
}

function requestOf(form) {
  const { method, path } = form.dataset;
  const url = new URL(path, location.origin);
  const headers = new Headers();
  const key = form.querySelector(".key")?.value.trim();
  if (key) headers.set("Authorization", `Bearer ${key}`);
  const parts = new FormData();
  let body;
  for (const input of all("[data-place]", form)) {
    const value = input.type === "file" ? input.files[0] : input.value.trim();
    if (!value) continue;
    if (input.dataset.place === "query") url.searchParams.set(input.name, value);
    if (input.dataset.place === "header") headers.set(input.name, value);
    if (input.dataset.place === "form") parts.set(input.name, value);
  }
  if ([...parts.keys()].length > 0) body = parts;
  const json = form.querySelector("[data-body]");
  if (json && json.value.trim()) {
    headers.set("Content-Type", "application/json");
    body = json.value;
  }
  return { url, options: { method, headers, body, credentials: "omit", cache: "no-store" } };
}

// What a shell would send. It names the variable of the key, so that it can be shared.
function curlOf({ url, options }) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl ${options.method === "POST" && options.body === undefined ? "-X POST " : ""}${quote(url.href)}`];
  for (const [name, value] of options.headers)
    lines.push(name === "authorization" ? `-H "Authorization: Bearer $JOBHAX_API_KEY"` : `-H ${quote(`${name}: ${value}`)}`);
  if (options.body instanceof FormData)
    for (const [name, value] of options.body) lines.push(`-F ${quote(`${name}=${value instanceof File ? `@${value.name}` : value}`)}`);
  else if (options.body !== undefined) lines.push(`-d ${quote(options.body)}`);
  return lines.join(" \\\n  ");
}

async function bodyOf(response) {
  const type = response.headers.get("content-type") ?? "";
  if (!/json|text/.test(type)) {
    const { size } = await response.blob();
    return size > 0 ? `${size} bytes` : "";
  }
  const text = await response.text();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const result = form.querySelector(".result");
  const parts = [];
  let request;
  try {
    request = requestOf(form);
    const start = performance.now();
    const response = await fetch(request.url, request.options);
    const body = await bodyOf(response);
    const milliseconds = Math.round(performance.now() - start);
    parts.push(element("p", response.ok ? "outcome" : "outcome failed", `${response.status} ${response.statusText} · ${milliseconds} ms`));
    const headers = element("dl");
    for (const name of SHOWN_HEADERS)
      if (response.headers.has(name)) headers.append(element("dt", "", name), element("dd", "", response.headers.get(name)));
    parts.push(headers);
    if (body) parts.push(codeBlock(body));
  } catch (error) {
    parts.push(element("p", "outcome failed", `The request could not be sent: ${error.message}. Check the fields and your connection.`));
  }
  if (request) parts.push(element("p", "limits", "The request as curl:"), codeBlock(curlOf(request)));
  result.replaceChildren(...parts);
  result.hidden = false;
}

for (const details of all(".try")) {
  details.hidden = false;
  const form = details.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    await send(form);
    button.disabled = false;
  });
}
