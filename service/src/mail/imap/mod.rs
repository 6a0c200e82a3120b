//! Mailboxes over IMAP (RFC 3501): connecting and reading them. Nothing is ever changed on the server.

mod account;
mod client;
mod connect;
mod connector;
mod error;
mod fetch;
mod folders;
mod idle;
mod limited_stream;
mod providers;
mod source;
mod starttls;
mod utf7;

pub use connect::connect_imap;
pub use connector::{ImapConnector, Settings as ImapSettings};
pub use idle::IdleConnections;
pub use providers::list_imap_providers;
pub(crate) use source::Imap;
