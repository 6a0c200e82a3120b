//! Inbound email about applications: mailboxes, imports and messages.

mod decision;
mod imap;
mod import;
mod mailbox;
mod message;

pub use decision::MailDecision;
pub use imap::{ConnectImapInput, ImapProvider, ImapSecurity};
pub use import::{Import, ImportError, ImportRef, ImportState};
pub use mailbox::{Mailbox, MailboxKind, MailboxState, UpdateGmailTokenInput};
pub use message::{ListMessagesInput, Message, MessageKind};
