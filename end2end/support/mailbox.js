// An mbox file as exported by email apps, created from the fixtures of the mail reader.
import { readFileSync } from "node:fs";

const fixtures = new URL("../../crates/mail-reader/tests/fixtures/", import.meta.url);
const read = (name) => readFileSync(new URL(`${name}.eml`, fixtures), "utf8").replaceAll("\r\n", "\n");

// The mboxrd format: a separator line before each message; lines in the message that look like a separator are quoted.
const entry = (message) => `From mail@example Tue Jan 13 08:30:00 2026\n${message.replace(/^(>*From )/gm, ">$1").trimEnd()}\n\n`;

export const mailbox = (...names) => ({
  name: "Applications.mbox",
  mimeType: "application/mbox",
  buffer: Buffer.from(names.map((name) => entry(read(name))).join("")),
});

// Confirmations of three applications, a job alert and an email of a bank.
export const confirmations = () =>
  mailbox("linkedin/receipt-plain", "linkedin/job-alert", "lever/receipt", "others/bank-card", "linkedin/receipt-de");

const message = (id, date, subject, text) =>
  `From: Moss <no-reply@us.greenhouse-mail.io>\nSubject: ${subject}\nMessage-ID: <${id}@mail.example>\nDate: ${date}\n\n${text}\n`;
const confirmation = (id, title, date) =>
  message(id, date, "Thank you for applying to Moss", `Thank you for applying for the ${title} position at Moss. We have received your application.`);

// Confirmations of two applications at a company, and a rejection of one of them without a title.
export const unclearRejection = () => ({
  name: "Moss.mbox",
  mimeType: "application/mbox",
  buffer: Buffer.from(
    [
      confirmation("one", "Baker", "Mon, 5 Jan 2026 10:00:00 +0000"),
      confirmation("two", "Florist", "Tue, 6 Jan 2026 10:00:00 +0000"),
      message(
        "three",
        "Fri, 9 Jan 2026 10:00:00 +0000",
        "Your application to Moss",
        "Thank you for your interest in Moss. After careful consideration we have decided not to move forward with your application.",
      ),
    ]
      .map(entry)
      .join(""),
  ),
});
