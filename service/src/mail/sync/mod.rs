//! Common parts of the syncs of all kinds of mailboxes: scheduling, storing messages together with the cursor, and matching once
//! all messages are stored.

mod clear;
mod disconnect;
mod handler;
mod list;
mod plan;
mod request;
mod run;

pub(crate) use clear::ClearMailbox;
pub(crate) use disconnect::disconnect_all;
pub use disconnect::disconnect_mailbox;
pub(crate) use handler::SyncMailbox;
pub(super) use handler::{MailSource, SyncStep};
pub use list::get_mailboxes;
pub(super) use request::start_preview;
pub use request::{sync_mailbox, sync_user_emails};
pub(super) use run::{RawMessage, SyncRun};
