export * from "./generated/types.gen.js";
export { ChangeFeed, isChangeOf, type ChangeFeedOptions, type ChangeKind, type ChangeOf } from "./changes.js";
export { createClient, JobHax, type ClientOptions } from "./client.js";
export { ApiError } from "./errors.js";
export { pages, type Page } from "./paging.js";
export { type RetryOptions } from "./retry.js";
export { verifyWebhook, WebhookVerificationError, type WebhookEvent, type WebhookHeaders } from "./webhooks.js";
