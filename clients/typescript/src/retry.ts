import { isRepeatable } from "./idempotency.js";

export interface RetryOptions {
  /** How often a request is sent at most, the first time included. */
  attempts: number;
  /** The wait before the first repetition in milliseconds, if the response does not say how long; it doubles each time. */
  delay: number;
  /** The longest wait in milliseconds. A response that asks for more is an error at once. */
  maxDelay: number;
}

const DEFAULTS: RetryOptions = { attempts: 4, delay: 500, maxDelay: 60_000 };

/** The seconds of `Retry-After`, which is a number or a date. */
export function retryAfter({ headers }: Response): number | undefined {
  const value = headers.get("Retry-After");
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

// Rejects with the reason of the signal when it is aborted.
const sleep = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", abort, { once: true });
  });

/**
 * Repeats requests that were answered with 429 or 503, after the time that the response asks for. Those without a response are repeated
 * only if that is safe: the first one may have been processed.
 */
export function withRetries(send: typeof fetch, options: Partial<RetryOptions>): typeof fetch {
  const { attempts, delay, maxDelay } = { ...DEFAULTS, ...options };
  // Clients that were refused at the same time must not come back at the same time.
  const jitter = () => 1 + Math.random() / 4;
  const backoff = (attempt: number) => Math.min(maxDelay, delay * 2 ** (attempt - 1) * jitter());

  return async (input, init) => {
    const request = new Request(input, init);
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= attempts;
      let wait: number;
      try {
        const response = await send(isLast ? request : request.clone());
        if (isLast || (response.status !== 429 && response.status !== 503)) return response;
        const asked = retryAfter(response);
        if (asked !== undefined && asked * 1000 > maxDelay) return response;
        wait = asked === undefined ? backoff(attempt) : asked * 1000 * jitter();
        await response.body?.cancel();
      } catch (error) {
        if (isLast || request.signal.aborted || !isRepeatable(request)) throw error;
        wait = backoff(attempt);
      }
      await sleep(wait, request.signal);
    }
  };
}
