//! Importing email: uploaded files, Gmail, and the progress of an import.

pub mod api;
mod export_guide;
mod format;
mod gmail_card;
mod import_progress;
mod page;
mod upload;

pub use page::ImportPage;

use domain::mail::{Mailbox, MailboxState};
use serde::{Deserialize, Serialize};

/// Gmail as the import page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GmailStatus {
    /// Whether mailboxes can be connected: the operator has configured a Google client.
    pub available: bool,
    /// The connected mailboxes.
    pub mailboxes: Vec<ConnectedMailbox>,
}

impl GmailStatus {
    /// Whether a mailbox is syncing.
    pub fn is_syncing(&self) -> bool {
        self.mailboxes
            .iter()
            .any(|connected| connected.mailbox.state == MailboxState::Syncing)
    }
}

/// A connected mailbox, with times relative to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedMailbox {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Seconds since the last completed sync.
    pub synced_ago: Option<i64>,
    /// Seconds since the last failed sync.
    pub failed_ago: Option<i64>,
}
