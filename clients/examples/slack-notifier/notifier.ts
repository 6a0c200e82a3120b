import { ApiError, verifyWebhook, WebhookVerificationError, type Change, type JobHax } from "@jobhax/client";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { messageFor } from "./messages.js";

/** Posts to an incoming webhook of Slack. */
async function post(slackUrl: string, text: string): Promise<void> {
  const response = await fetch(slackUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text }),
  });
  if (!response.ok) throw new Error(`Slack responded with ${response.status}`);
}

async function notify(slackUrl: string, change: Change): Promise<void> {
  const text = messageFor(change);
  if (text) await post(slackUrl, text);
}

/** What can be worth a message. A cursor is valid only with the same types. */
export const TYPES = "jobapp.*,interview.created";

export interface FollowOptions {
  /** Where to resume; from now on without one. */
  cursor?: string;
  /** Called when all changes before the cursor have been posted. */
  save: (cursor: string) => Promise<void>;
  signal?: AbortSignal;
}

async function follow(jobhax: JobHax, slackUrl: string, { cursor, save, signal }: FollowOptions): Promise<void> {
  const feed = jobhax.changes({ cursor, start: "now", types: TYPES, follow: true, signal });
  for await (const change of feed) {
    await notify(slackUrl, change);
    if (feed.cursor) await save(feed.cursor);
  }
}

/** Follows the changes feed: for a program that JobHax cannot reach, such as one behind a router. */
export async function followChanges(jobhax: JobHax, slackUrl: string, options: FollowOptions): Promise<void> {
  try {
    await follow(jobhax, slackUrl, options);
  } catch (error) {
    // This did not run for 30 days. Nobody wants messages about that time.
    if (!(error instanceof ApiError) || error.code !== "cursor_expired") throw error;
    await follow(jobhax, slackUrl, { ...options, cursor: undefined });
  }
}

const MAX_BODY_BYTES = 1_000_000;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new WebhookVerificationError("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Receives webhooks of JobHax. A webhook that Slack has not accepted gets 502, and JobHax sends it again. */
export function webhookServer(secret: string, slackUrl: string): Server {
  return createServer(async (request, response) => {
    try {
      const { data } = verifyWebhook(request.headers, await read(request), secret);
      await notify(slackUrl, data);
      response.writeHead(204).end();
    } catch (error) {
      const status = error instanceof WebhookVerificationError ? 401 : 502;
      response.writeHead(status).end();
    }
  });
}
