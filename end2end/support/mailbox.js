// A mailbox file as mail programs export it, made of the mails that the rule packs are tested with.
import { readFileSync } from "node:fs";

const mails = new URL("../../service/tests/fixtures/mail/", import.meta.url);
const read = (name) => readFileSync(new URL(`${name}.eml`, mails), "utf8").replaceAll("\r\n", "\n");

// mboxrd: a line that begins a mail, and every such line inside one is quoted.
const entry = (mail) => `From mail@example Tue Jan 13 08:30:00 2026\n${mail.replace(/^(>*From )/gm, ">$1").trimEnd()}\n\n`;

export const mailbox = (...names) => ({
  name: "Applications.mbox",
  mimeType: "application/mbox",
  buffer: Buffer.from(names.map((name) => entry(read(name))).join("")),
});

// Three applications, an alert and a newsletter.
export const receipts = () =>
  mailbox("linkedin/receipt-plain", "linkedin/job-alert", "lever/receipt", "others/newsletter", "linkedin/receipt-de");
