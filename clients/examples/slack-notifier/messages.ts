import { isChangeOf, type Change, type JobApplication } from "@jobhax/client";

const nameOf = ({ job_title, company }: JobApplication) => [job_title, company].filter(Boolean).join(" at ");

// In the text of Slack these three characters are markup.
const escape = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** What Slack shows for a change; nothing for those that are not worth a message. */
export function messageFor(change: Change): string | undefined {
  if (isChangeOf(change, "jobapp") && change.data) {
    const application = change.data;
    const name = escape(nameOf(application));
    if (change.type === "jobapp.created") return `:memo: Applied: *${name}*`;
    if (change.type === "jobapp.moved") return `:arrow_right: *${name}* is now in ${escape(application.application_status.value)}`;
    if (change.type === "jobapp.closed") return `:checkered_flag: *${name}*: ${application.outcome}`;
  }
  if (isChangeOf(change, "interview") && change.type === "interview.created" && change.data) {
    return `:calendar: New interview on ${change.data.starts_at.slice(0, 10)}`;
  }
  return undefined;
}
