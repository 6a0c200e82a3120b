// Mails that the server sent. Without a mail server they lie in its outbox, a file each.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const plain = (text) => text.replace(/=\r?\n/g, "").replaceAll("=3D", "=");

// The newest letter of this kind to this address. The server sends it after it has answered, so it may take a moment.
export async function letter(kind, email) {
  const folder = join(process.env.JOBHAX_DATA, "outbox");
  for (let tries = 0; tries < 60; tries += 1) {
    const names = (() => {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    })();
    const found = names
      .filter((name) => name.includes(`-${kind}-`))
      .sort()
      .map((name) => plain(readFileSync(join(folder, name), "utf8")))
      .filter((text) => text.toLowerCase().includes(`to: ${email.toLowerCase()}`));
    if (found.length > 0) return found.at(-1);
    await sleep(250);
  }
  throw new Error(`No ${kind} for ${email} came.`);
}

// The page that the link in it leads to.
export async function tokenOf(text, page) {
  const token = (await text).match(/\?token=([\w-]+)/);
  if (!token) throw new Error("The letter has no link.");
  return `${page}?token=${token[1]}`;
}
