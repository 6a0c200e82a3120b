// The settings: address and key, tested before they are stored.

import { Api, originPattern, parseAddress } from "./server.js";

const element = (id) => document.getElementById(id);
const form = element("form");
const show = (id, text) => element(id).replaceChildren(text);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show("alert", "");
  show("status", "");
  element("save").disabled = true;
  try {
    const address = parseAddress(form.elements.address.value);
    const key = form.elements.key.value.trim();
    if (!key.startsWith("jhx_")) throw new Error("Enter an API key. It begins with jhx_.");
    // Has to come before anything that waits, because browsers ask only in response to a click.
    const isAllowed = await chrome.permissions.request({ origins: [originPattern(address.server)] });
    if (!isAllowed) throw new Error("Allow the extension to use this server, otherwise it cannot save anything there.");
    await new Api({ ...address, key }).test();
    await chrome.storage.local.set({ ...address, key });
    show("status", "Connected. Open a job posting and press the button of the extension.");
  } catch (error) {
    show("alert", error.message);
  } finally {
    element("save").disabled = false;
  }
});

element("forget").addEventListener("click", async () => {
  await chrome.storage.local.clear();
  form.reset();
  show("alert", "");
  show("status", "The key is forgotten. Revoke it in JobHax if nothing else uses it.");
});

const { server, slug, key } = await chrome.storage.local.get(["server", "slug", "key"]);
if (server) form.elements.address.value = slug ? `${server}/w/${slug}/board` : server;
if (key) form.elements.key.value = key;
