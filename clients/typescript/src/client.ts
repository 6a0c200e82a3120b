import { ChangeFeed, type ChangeFeedOptions } from "./changes.js";
import { ApiError } from "./errors.js";
import { createClient as createHttpClient, createConfig } from "./generated/client/index.js";
import { Operations } from "./generated/sdk.gen.js";
import type { GetJobappsData, JobApplication } from "./generated/types.gen.js";
import { withIdempotencyKey } from "./idempotency.js";
import { pages } from "./paging.js";
import { withRetries, type RetryOptions } from "./retry.js";

export interface ClientOptions {
  /** Where JobHax runs, such as `https://jobhax.example.org`. */
  baseUrl: string;
  /** An API key (`jhx_…`) or an access token, or a function that returns one. Without one, only `register` and the like can be called. */
  apiKey?: string | (() => string | Promise<string>);
  /** How requests are repeated; `false` for never. */
  retry?: Partial<RetryOptions> | false;
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
}

/** All operations of the API, named as in its documentation, and iterators over its lists. */
export class JobHax extends Operations {
  /** All applications that match, page by page as they are consumed. */
  async *jobApplications(query: Omit<NonNullable<GetJobappsData["query"]>, "cursor"> = {}): AsyncGenerator<JobApplication, void> {
    yield* pages((cursor) => this.getJobapps({ query: { ...query, cursor } }));
  }

  /** The changes feed, from a cursor or from its start. */
  changes(options: ChangeFeedOptions = {}): ChangeFeed {
    return new ChangeFeed((query, signal) => this.getChanges({ query, signal }), options);
  }
}

export function createClient({ baseUrl, apiKey, retry = {}, fetch = globalThis.fetch }: ClientOptions): JobHax {
  // A method of `globalThis` must not be called on another object.
  const send: typeof fetch = (input, init) => fetch(input, init);
  const http = createHttpClient(
    createConfig({
      baseUrl: baseUrl.replace(/\/+$/, ""),
      auth: typeof apiKey === "function" ? apiKey : () => apiKey,
      fetch: withIdempotencyKey(retry === false ? send : withRetries(send, retry)),
      throwOnError: true,
    }),
  );
  // `response` is absent if there was none: the connection failed, or the request was aborted.
  http.interceptors.error.use((error, response: Response | undefined) => (response ? new ApiError(response, error) : error));
  return new JobHax({ client: http });
}
