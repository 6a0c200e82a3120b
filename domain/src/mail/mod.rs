//! Inbound email about applications: mailboxes, imports and messages.

mod import;
mod mailbox;
mod message;

pub use import::{Import, ImportError, ImportState};
pub use mailbox::{Mailbox, MailboxKind, MailboxState, UpdateGmailTokenInput};
pub use message::{ListMessagesInput, Message, MessageKind};
