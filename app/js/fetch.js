// A random id of this tab. Requests carry it, so that the server does not send the tab events about its own changes.
const tab = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
document.documentElement.dataset.tab = tab;

// Calls a server function and returns the text of its response. Throws the text of an error response, or an empty string if the
// server cannot be reached. `keepalive` lets a request finish even if the user leaves the page before the response arrives.
async function send(url, body) {
  let response;
  let text;
  try {
    response = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-Tab": tab }, keepalive: true });
    text = await response.text();
  } catch {
    throw "";
  }
  if (response.headers.has("serverfnredirect")) {
    location.assign(response.headers.get("location"));
    // The next page is loading. This one continues only if the browser restores it from its back/forward cache.
    await new Promise((resolve) => addEventListener("pageshow", resolve, { once: true }));
    return "null";
  }
  if (!response.ok) throw text;
  return text;
}

// Sends the form of a submit event as the browser would. If the server rejects the form, the first invalid field gets the focus
// after the errors are shown.
export function sendForm(event) {
  const form = event.target;
  const response = send(form.action, new URLSearchParams(new FormData(form, event.submitter)));
  const focusInvalid = () => form.querySelector('[aria-invalid="true"]')?.focus();
  response.catch(() => requestAnimationFrame(focusInvalid));
  return response;
}

// Sends fields, given as an array of alternating names and values.
export function sendFields(url, fields) {
  const body = new URLSearchParams();
  for (let i = 0; i < fields.length; i += 2) body.append(fields[i], fields[i + 1]);
  return send(url, body);
}
