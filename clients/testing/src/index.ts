// What the tests of the client and of the examples share: users of the running server, and doubles of other servers.
import { createClient, type JobHax, type Scope } from "@jobhax/client";
import { spawn } from "node:child_process";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

const ALL_SCOPES: Scope[] = ["jobapps:read", "jobapps:write"];
let users = 0;

/** The address of the running server, which `scripts/clients test` starts. */
export function serverUrl(): string {
  const url = process.env.JOBHAX_URL;
  if (!url) throw new Error("JOBHAX_URL is not set: run the tests with `scripts/clients test`");
  return url;
}

export interface Account {
  apiKey: string;
  jobhax: JobHax;
}

/** A new user with an API key, and a client with that key. */
export async function newAccount(scopes: Scope[] = ALL_SCOPES): Promise<Account> {
  const baseUrl = serverUrl();
  users += 1;
  const credentials = { email: `user-${process.pid}-${users}@example.org`, password: "quiet otters read maps at dusk" };
  const { data: tokens } = await createClient({ baseUrl }).register({ body: credentials });
  const owner = createClient({ baseUrl, apiKey: tokens.access_token });
  const { data: key } = await owner.addKey({ body: { name: "Tests", scopes } });
  return { apiKey: key.secret, jobhax: createClient({ baseUrl, apiKey: key.secret }) };
}

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpServer extends AsyncDisposable {
  url: string;
}

/** Serves on a free port until it is disposed of. */
export async function listen(listener: RequestListener): Promise<HttpServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** What a double responds; `drop` closes the connection without a response. */
export type Reply = { status: number; headers?: Record<string, string>; body?: unknown } | "drop";

export interface Double extends HttpServer {
  requests: ReceivedRequest[];
}

/** A server that records its requests and gives one reply after the other, the last one again and again. */
export async function startDouble(...replies: Reply[]): Promise<Double> {
  const requests: ReceivedRequest[] = [];
  const server = await listen(async (request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, path: url, headers, body: await readBody(request) });
    const reply = replies[Math.min(requests.length, replies.length) - 1];
    if (reply === undefined || reply === "drop") {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { "Content-Type": "application/json", ...reply.headers });
    response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {}));
  });
  return { ...server, requests };
}

export interface Program {
  output: { text: string };
  ended: Promise<number | null>;
  stop: () => Promise<number | null>;
}

/** Runs a script with Node.js. `ended` is its exit code. */
export function startProgram(script: string, environment: Record<string, string>, cwd?: string): Program {
  const child = spawn(process.execPath, [script], { cwd, env: { ...process.env, ...environment } });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output.text += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const stop = () => {
    child.kill();
    return ended;
  };
  return { output, ended, stop };
}

/** A port on which nothing listens, for a program that has to be told one. */
export async function freePort(): Promise<number> {
  await using server = await listen(() => {});
  return Number(new URL(server.url).port);
}

/** The response, as soon as there is one: a program that was just started may not listen yet. */
export async function fetchWhenUp(url: string, init?: RequestInit): Promise<Response> {
  const end = Date.now() + 30_000;
  for (;;) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Waits until the condition holds, at most half a minute: the machine may be busy. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("the condition did not hold within half a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
