-- Mailboxes of Microsoft over IMAP, which are signed in to with OAuth.

alter table oauth_flows drop constraint oauth_flows_purpose_check;
alter table oauth_flows add check (purpose in ('sign_in', 'link', 'test', 'gmail', 'gmail_preview', 'outlook', 'outlook_preview'));

-- Null if the account is signed in to with the access token of the mailbox in mailbox_tokens.
alter table imap_accounts alter column password drop not null;
