// Emails sent by the server. Without an SMTP server, it writes each email to a file in its outbox folder.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const decode = (text) => text.replace(/=\r?\n/g, "").replaceAll("=3D", "=");

// The newest email with this template to this address. A background job sends it, so it may take a moment.
export async function findEmail(template, address) {
  const folder = join(process.env.JOBHAX_DATA, "outbox");
  for (let attempts = 0; attempts < 60; attempts += 1) {
    const names = (() => {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    })();
    const found = names
      .filter((name) => name.includes(`-${template}-`))
      .sort()
      .map((name) => decode(readFileSync(join(folder, name), "utf8")))
      .filter((text) => text.toLowerCase().includes(`to: ${address.toLowerCase()}`));
    if (found.length > 0) return found.at(-1);
    await sleep(250);
  }
  throw new Error(`No ${template} email to ${address}.`);
}

// The path of this page with the token from the link in the email.
export async function linkFrom(email, page) {
  const token = (await email).match(/\?token=([\w-]+)/);
  if (!token) throw new Error("The email has no link.");
  return `${page}?token=${token[1]}`;
}
