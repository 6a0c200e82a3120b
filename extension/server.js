// Requests to the REST API of the server.

/**
 * The server and the workspace of an address that a person copied from the address bar.
 *
 * @param {string} text such as `https://jobs.example.org/w/ada/board`; the path is optional
 * @returns {{server: string, slug: string}}
 */
export function parseAddress(text) {
  const problem = "Enter the address of your board, such as https://jobs.example.org/w/ada/board.";
  let url;
  try {
    url = new URL(text.includes("://") ? text.trim() : `https://${text.trim()}`);
  } catch {
    throw new Error(problem);
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) throw new Error(problem);
  const slug = url.pathname.match(/^\/w\/([a-z0-9-]{1,64})(?:\/|$)/)?.[1] ?? "";
  return { server: url.origin, slug };
}

/** Host permissions have no ports. */
export const originPattern = (server) => `${new URL(server).protocol}//${new URL(server).hostname}/*`;

/** Of two addresses of postings, whether they are the same but for case of the host, `www.` and a slash at the end. */
export function isSameLink(one, other) {
  const normalize = (link) => {
    try {
      const url = new URL(link);
      const parameters = [...url.searchParams].map((pair) => pair.join("=")).sort().join("&");
      return `${url.host.replace(/^www\./, "")}${url.pathname.replace(/\/+$/, "")}?${parameters}`;
    } catch {
      return null;
    }
  };
  const normal = normalize(one);
  return normal !== null && normal === normalize(other);
}

export class Api {
  /** @param {{server: string, slug: string, key: string}} settings */
  constructor(settings) {
    this.settings = settings;
  }

  /** Checks the key without changing anything: an empty application is rejected only after the key and its scope. */
  async test() {
    const response = await this.#send("POST", "jobapps/add_jobapp", {});
    if (response.status !== 422) throw await this.#error(response);
  }

  /** The application that has this link, if the key may read and there is one. */
  async findTracked({ company, url }) {
    if (!url) return null;
    const query = new URLSearchParams({ limit: "500", ...(company && { q: company }) });
    const response = await this.#send("GET", `jobapps/get_jobapps?${query}`);
    if (response.status === 403) return null;
    if (!response.ok) throw await this.#error(response);
    const { data } = await response.json();
    return data.find((application) => application.url && isSameLink(application.url, url)) ?? null;
  }

  /** Adds the application, once however often it is tried with the same key, and its posting. */
  async save({ text, ...application }, idempotencyKey) {
    const headers = { "Idempotency-Key": idempotencyKey };
    const response = await this.#send("POST", "jobapps/add_jobapp", { ...application, stage_kind: "to_apply" }, headers);
    if (!response.ok) throw await this.#error(response);
    const { data } = await response.json();
    if (text) {
      const posting = { jobapp_id: data.id, text, url: application.url ?? null };
      const saved = await this.#send("POST", "jobapps/set_posting", posting);
      if (!saved.ok) throw await this.#error(saved);
    }
    return data;
  }

  /** The page of an application; the home page if the workspace is not known. */
  link({ id }) {
    const { server, slug } = this.settings;
    return slug ? `${server}/w/${slug}/applications/${id}` : `${server}/home`;
  }

  async #send(method, path, body, headers = {}) {
    const { server, key } = this.settings;
    try {
      return await fetch(`${server}/api/${path}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, ...(body && { "Content-Type": "application/json" }), ...headers },
        body: body && JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(20_000),
      });
    } catch {
      throw new Error(`${server} does not respond. Check the address in the settings of the extension.`);
    }
  }

  async #error(response) {
    const problem = await response.json().catch(() => ({}));
    if (response.status === 401) return new Error("The key is not valid. Make one in JobHax under Settings, API keys.");
    const error = new Error(problem.detail ?? `The server answered ${response.status}. Check the address.`);
    error.fields = problem.errors ?? [];
    return error;
  }
}
