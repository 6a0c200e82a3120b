//! Mailboxes at Gmail: connecting them, and fetching what is new.

mod access;
mod connect;
mod gmail;
mod queries;
mod request;
mod sync;

pub(crate) use access::{disconnect_all, grants_of};
pub use connect::update_gmail_token;
pub use request::{sync_user_emails, sync_user_emails_once};
pub(crate) use sync::{give_up_sync, sync};
