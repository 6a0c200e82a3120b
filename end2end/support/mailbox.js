// An mbox file as email programs export it, made of the fixtures of the mail reader.
import { readFileSync } from "node:fs";

const fixtures = new URL("../../crates/mail-reader/tests/fixtures/", import.meta.url);
const read = (name) => readFileSync(new URL(`${name}.eml`, fixtures), "utf8").replaceAll("\r\n", "\n");

// mboxrd: a separator line before each message, and lines in it that look like one are quoted.
const entry = (message) => `From mail@example Tue Jan 13 08:30:00 2026\n${message.replace(/^(>*From )/gm, ">$1").trimEnd()}\n\n`;

export const mailbox = (...names) => ({
  name: "Applications.mbox",
  mimeType: "application/mbox",
  buffer: Buffer.from(names.map((name) => entry(read(name))).join("")),
});

// Confirmations of three applications, a job alert and an email of a bank.
export const confirmations = () =>
  mailbox("linkedin/receipt-plain", "linkedin/job-alert", "lever/receipt", "others/bank-card", "linkedin/receipt-de");
