//! Gmail mailboxes: connecting and reading them.

mod client;
mod connect;
mod source;
mod tokens;

pub use connect::{connect_authorized_gmail, start_gmail_connection, update_gmail_token};
pub(crate) use source::Gmail;
pub(crate) use tokens::revocable_tokens;
pub(super) use tokens::{grant_for_own_data, revocable_token};
