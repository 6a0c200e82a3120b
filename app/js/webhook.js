// Renews the deliveries of a webhook while one is being sent. Waits while the user is in the list or has opened a delivery.
const part = document.getElementById("live-deliveries");
const isBusy = () => part.contains(document.activeElement) || part.querySelector("details[open]");
const wait = () => setTimeout(renew, 2000);
const renew = async () => {
  if (isBusy()) return wait();
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "manual" });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(part.id);
    if (!fresh) return;
    if (isBusy()) return wait();
    part.replaceChildren(...fresh.childNodes);
    if ("sending" in fresh.dataset) wait();
  } catch {
    // Without a connection, the list remains unchanged.
  }
};
wait();
