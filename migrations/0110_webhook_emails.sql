-- Emails about a webhook endpoint name it: its description and the host of its URL, as they were when the email was enqueued.
alter table outbound_emails add column webhook text check (char_length(webhook) between 1 and 1000);
