import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { Change, ChangeType } from "./generated/types.gen.js";

export { WebhookVerificationError };

/** The body of a webhook. `data` is the change that the changes feed lists. */
export interface WebhookEvent {
  type: ChangeType;
  /** When it was committed. */
  timestamp: string;
  data: Change;
}

/** Those of Fetch or of Node. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

/**
 * Checks the signature and the age of a webhook (Standard Webhooks 1.0) and returns its content. The body must be the text that was
 * received, not a JSON object. Throws a {@link WebhookVerificationError} if it was not sent by JobHax, or long ago.
 *
 * A webhook can arrive more than once: the header `webhook-id` is then the same.
 */
export function verifyWebhook(headers: WebhookHeaders, body: string, secret: string): WebhookEvent {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const single = entries.flatMap(([name, value]) => (typeof value === "string" ? [[name.toLowerCase(), value] as const] : []));
  return new Webhook(secret).verify(body, Object.fromEntries(single)) as WebhookEvent;
}
