// A Dovecot server with a mailbox for every user name. All have the same password; access tokens of the Microsoft mock are accepted, too.
import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../scripts/serve.mjs";

export const PASSWORD = "app-password-of-the-tests";
const template = new URL("../../server/tests/support/dovecot.conf", import.meta.url);
const fixtures = new URL("../../crates/mail-reader/tests/fixtures/", import.meta.url);

// Dovecot refuses to run some of its processes as root.
const isRoot = process.getuid() === 0;
const idOf = (flags) => execFileSync("id", isRoot ? [...flags, "nobody"] : flags, { encoding: "utf8" }).trim();
const [uid, gid] = [Number(idOf(["-u"])), Number(idOf(["-g"]))];

// A new folder, owned by the user of the Dovecot process.
function createFolder(path) {
  mkdirSync(path, { recursive: true });
  if (isRoot) chownSync(path, uid, gid);
}

function createCertificates(folder) {
  const openssl = (...arguments_) => execFileSync("openssl", arguments_, { cwd: folder, stdio: "ignore" });
  const create = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  openssl(...create, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority");
  openssl(
    ...create, "-keyout", "key.pem", "-out", "cert.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-subj", "/CN=imap",
    "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
  );
}

const accepts = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy() !== undefined));
    socket.on("error", () => resolve(false));
  });

// Starts Dovecot with its files in this folder. `tokenInfo` is a URL prefix: followed by an access token, it returns the token's user.
export async function startDovecot(folder, tokenInfo) {
  ["", "run", "state", "mail"].forEach((name) => createFolder(join(folder, name)));
  createCertificates(folder);
  const port = await freePort();
  const values = { DIR: folder, USER: idOf(["-un"]), GROUP: idOf(["-gn"]), PORT: port, STARTTLS_PORT: await freePort() };
  const common = readFileSync(template, "utf8").replace(/\b(STARTTLS_PORT|PORT|USER|GROUP|DIR)\b/g, (name) => values[name]);
  const own = `auth_mechanisms = plain xoauth2
passdb {
  driver = static
  mechanisms = plain
  args = password=${PASSWORD}
}
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = ${folder}/oauth2
}
`;
  // Replaces the users of the Rust tests.
  writeFileSync(join(folder, "dovecot.conf"), common.replace(/passdb \{[^}]*\}\n/, "") + own);
  writeFileSync(join(folder, "oauth2"), `tokeninfo_url = ${tokenInfo}\nusername_attribute = email\n`);
  if (isRoot) readdirSync(folder).forEach((name) => chownSync(join(folder, name), uid, gid));
  const server = spawn("/usr/sbin/dovecot", ["-F", "-c", join(folder, "dovecot.conf")], {
    cwd: folder,
    stdio: "ignore",
    ...(isRoot && { uid, gid }),
  });
  for (let attempts = 0; !(await accepts(port)); attempts += 1) {
    if (attempts === 100) throw new Error("Dovecot did not start: run `scripts/setup test`.");
    await sleep(100);
  }
  return { port, caFile: join(folder, "ca.pem"), stop: () => server.kill() };
}

// Adds messages to a user's inbox: the mail-reader fixtures with these names.
export function deliver(user, ...names) {
  const inbox = join(process.env.JOBHAX_DOVECOT, "mail", user);
  ["", "cur", "new", "tmp"].forEach((part) => createFolder(join(inbox, part)));
  for (const name of names) {
    const file = name.replaceAll("/", "-");
    const incomplete = join(inbox, "tmp", file);
    writeFileSync(incomplete, readFileSync(new URL(`${name}.eml`, fixtures)));
    if (isRoot) chownSync(incomplete, uid, gid);
    renameSync(incomplete, join(inbox, "cur", `${file}:2,`));
  }
}
