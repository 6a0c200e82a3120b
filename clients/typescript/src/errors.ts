import type { ErrorCode, FieldError, Problem } from "./generated/types.gen.js";
import { retryAfter } from "./retry.js";

const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "code" in body && "detail" in body;

/** A response that is not a success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The stable code of the problem; `unknown` if something between here and JobHax has responded. */
  readonly code: ErrorCode | "unknown";
  /** The invalid fields, if the code is `invalid`. */
  readonly errors: FieldError[];
  /** For support. */
  readonly requestId: string | undefined;
  /** How many seconds to wait before the next request, if the response says so. */
  readonly retryAfter: number | undefined;
  /** The whole problem, if it is one of JobHax. */
  readonly problem: Problem | undefined;

  constructor(response: Response, body: unknown) {
    const problem = isProblem(body) ? body : undefined;
    super(problem?.detail ?? `The server responded with ${response.status}.`);
    this.status = response.status;
    this.code = problem?.code ?? "unknown";
    this.errors = problem?.errors ?? [];
    this.requestId = problem?.request_id ?? response.headers.get("X-Request-Id") ?? undefined;
    this.retryAfter = retryAfter(response);
    this.problem = problem;
  }
}
