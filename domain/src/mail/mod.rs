//! Inbound email about applications: mailboxes, imports and messages.

mod imap;
mod import;
mod inbox;
mod mailbox;
mod message;

pub use imap::{ConnectImapInput, ImapProvider, ImapSecurity};
pub use import::{Import, ImportError, ImportState};
pub use inbox::{
    DecideMailInput, DecidedMail, ListMailsInput, MailChoice, MailDecision, MailDecisionRequest, MailDetail,
    MailExplanation, MailRef, MatchedWords, ReviewItem, SuggestedAction, Suggestion,
};
pub use mailbox::{Mailbox, MailboxKind, MailboxState, UpdateGmailTokenInput};
pub use message::{ListMessagesInput, Message, MessageKind};
