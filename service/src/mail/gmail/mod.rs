//! Gmail mailboxes: connecting and reading them.

mod client;
mod connect;
mod source;

pub(super) use connect::connect_gmail;
pub use connect::update_gmail_token;
pub(crate) use source::Gmail;
