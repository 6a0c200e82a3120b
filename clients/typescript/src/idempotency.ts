import { idempotentPaths } from "./generated/idempotent-paths.js";

const HEADER = "Idempotency-Key";
const paths = new Set<string>(idempotentPaths);

/** Whether repeating the request has no other effect than sending it once. */
export const isRepeatable = (request: Request) => request.method === "GET" || request.headers.has(HEADER);

const takesKey = ({ method, url }: Request) => {
  const { pathname } = new URL(url);
  // The server can be below a path of its host.
  return method === "POST" && paths.has(pathname.slice(Math.max(pathname.lastIndexOf("/api/"), 0)));
};

// `crypto.randomUUID` exists only in pages with https.
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Adds an `Idempotency-Key` to requests that create something, unless they have one. Retries then have the same. */
export const withIdempotencyKey =
  (send: typeof fetch): typeof fetch =>
  (input, init) => {
    const request = new Request(input, init);
    if (takesKey(request) && !request.headers.has(HEADER)) request.headers.set(HEADER, newKey());
    return send(request);
  };
