//! SQL for mailboxes, imports and messages, and for the applications that messages change. Every statement filters by tenant. Bulk
//! statements receive their rows as JSON, so that one statement handles any number of rows.

pub mod candidates;
pub mod clear;
pub mod findings;
pub mod imap;
pub mod imports;
pub mod inbox;
pub mod mailbox_tokens;
pub mod mailboxes;
pub mod merged;
mod message_rows;
pub mod messages;
pub mod previews;
pub mod sender_rules;
mod silence;
