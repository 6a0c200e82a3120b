//! Mailboxes at Gmail: connecting them, and fetching what is new.

mod access;
mod connect;
mod disconnect;
mod get_mailboxes;
mod gmail;
mod queries;
mod request;
mod sync;

pub(crate) use access::{disconnect_all, grants_of};
pub use connect::update_gmail_token;
pub(crate) use connect::{connect_gmail, may_connect, not_allowed};
pub use disconnect::disconnect_mailbox;
pub use get_mailboxes::get_mailboxes;
pub use request::{sync_user_emails, sync_user_emails_once};
pub(crate) use sync::{give_up_sync, sync};
