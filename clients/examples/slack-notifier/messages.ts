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
    // The application is as it is now, which can be after later changes. What this one did is in its transition.
    const { transition } = change;
    if (change.type === "jobapp.moved" && transition) {
      return `:arrow_right: *${name}* went from ${escape(transition.from_status.value)} to ${escape(transition.to_status.value)}`;
    }
    if (change.type === "jobapp.closed" && transition) {
      return `:checkered_flag: *${name}*: ${transition.to_outcome} in ${escape(transition.to_status.value)}`;
    }
  }
  if (isChangeOf(change, "interview") && change.type === "interview.created" && change.data) {
    return `:calendar: New interview on ${change.data.starts_at.slice(0, 10)}`;
  }
  return undefined;
}
