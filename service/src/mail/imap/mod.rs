//! Mailboxes over IMAP (RFC 3501): connecting and reading them. Nothing is ever changed on the server.

mod account;
mod authenticate;
mod client;
mod connect;
mod connector;
mod error;
mod fetch;
mod folders;
mod idle;
mod limited_stream;
mod outlook;
mod providers;
mod sign_in;
mod source;
mod starttls;
mod utf7;

pub use connect::connect_imap;
pub use connector::{ImapConnector, Settings as ImapSettings};
pub use idle::IdleConnections;
pub(super) use outlook::connect_outlook;
pub use outlook::list_outlook_mailboxes;
pub use providers::list_imap_providers;
pub(crate) use source::Imap;
