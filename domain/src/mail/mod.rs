//! Inbound email about applications: mailboxes, imports and messages.

mod import;
mod inbox;
mod mailbox;
mod message;

pub use import::{Import, ImportError, ImportState};
pub use inbox::{
    DecideMailInput, DecidedMail, ListMailsInput, MailChoice, MailDecision, MailDecisionRequest, MailDetail,
    MailExplanation, MailRef, MatchedWords, ReviewItem, SuggestedAction, Suggestion,
};
pub use mailbox::{Mailbox, MailboxKind, MailboxState, UpdateGmailTokenInput};
pub use message::{ListMessagesInput, Message, MessageKind};
