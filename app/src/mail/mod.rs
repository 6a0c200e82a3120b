//! Importing email: uploaded files, Gmail, Outlook, IMAP, and the progress of an import.

pub mod api;
mod connect_form;
mod disconnect_form;
#[cfg(feature = "ssr")]
mod export_guide;
mod format;
mod gmail_card;
mod imap_card;
#[cfg(feature = "ssr")]
mod imap_form;
#[cfg(feature = "ssr")]
mod import_page;
mod import_progress;
#[cfg(feature = "ssr")]
mod load;
mod mailbox_row;
mod outlook_card;
#[cfg(feature = "ssr")]
mod page;
mod poll;
mod upload;

use crate::{
    error::AppError,
    server::flash::{self, Flash},
    ui::{ErrorState, provide_latest_result},
};
use domain::mail::{ImapProvider, Import, Mailbox, MailboxState};
#[cfg(feature = "ssr")]
pub use import_page::ImportDetailPage;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
pub use page::ImportPage;
use serde::{Deserialize, Serialize};

/// Gmail as the import page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GmailStatus {
    /// Whether mailboxes can be connected, that is, whether the operator has configured a Google client.
    pub available: bool,
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
    pub mailbox: Mailbox,
    /// Seconds since the last completed sync.
    pub synced_ago: Option<i64>,
    /// Seconds since the last failed sync.
    pub failed_ago: Option<i64>,
    /// Whether it is a Microsoft mailbox that is accessed with OAuth.
    pub is_outlook: bool,
}

/// Gmail, Outlook, IMAP, the upload, and the import of the URL or the last upload.
#[island]
pub fn ImportIsland(
    slug: String,
    gmail: Result<GmailStatus, AppError>,
    /// Whether Microsoft mailboxes can be connected with OAuth, that is, whether the operator has configured a Microsoft client.
    has_outlook: bool,
    /// The servers of email providers.
    providers: Vec<ImapProvider>,
    /// The mailboxes that are connected by IMAP, including Microsoft mailboxes.
    imap: Result<Vec<ConnectedMailbox>, AppError>,
    /// The import of the URL.
    import: Option<Result<Import, AppError>>,
    /// The message of the previous page.
    flash: Option<Flash>,
) -> impl IntoView {
    flash::provide(flash);
    provide_latest_result();
    let slug = StoredValue::new(slug);
    let shown = RwSignal::new(import);
    view! {
        <gmail_card::GmailCard slug initial=gmail />
        <outlook_card::OutlookCard slug available=has_outlook initial=imap.clone() />
        <imap_card::ImapCard slug providers initial=imap />
        <upload::UploadForm slug shown />
        {move || {
            shown
                .get()
                .map(|import| match import {
                    Ok(initial) => view! { <import_progress::ImportProgress slug initial /> }.into_any(),
                    Err(error) => view! { <ErrorState error /> }.into_any(),
                })
        }}
    }
}
