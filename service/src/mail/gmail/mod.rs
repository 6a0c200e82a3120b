//! Gmail mailboxes: connecting, syncing and disconnecting them.

mod client;
mod connect;
mod disconnect;
mod list;
mod sync_job;
mod sync_request;
mod tokens;

pub use connect::{connect_authorized_gmail, start_gmail_connection, update_gmail_token};
pub(crate) use disconnect::disconnect_all;
pub use disconnect::disconnect_mailbox;
pub use list::get_mailboxes;
pub(crate) use sync_job::SyncGmail;
pub use sync_request::sync_user_emails;
pub(crate) use tokens::revocable_tokens;
