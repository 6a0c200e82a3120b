//! Mail files in: choosing them, watching them being read, what came of it.

pub mod api;
mod gmail;
mod howto;
mod page;
mod progress;
mod upload;
mod words;

pub use page::ImportPage;

use domain::mail::{Mailbox, MailboxState};
use serde::{Deserialize, Serialize};

/// Mail from Gmail, as the import page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromGmail {
    /// Whether mailboxes can be connected: the operator has registered with Google.
    pub offered: bool,
    /// Those that are.
    pub mailboxes: Vec<Connected>,
}

impl FromGmail {
    /// Whether mail is being fetched, so that the page is soon another.
    pub fn busy(&self) -> bool {
        self.mailboxes
            .iter()
            .any(|c| c.mailbox.state == MailboxState::Syncing)
    }
}

/// A connected mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Seconds since mail was fetched to the end.
    pub synced: Option<i64>,
    /// Seconds since fetching was given up.
    pub failed: Option<i64>,
}
