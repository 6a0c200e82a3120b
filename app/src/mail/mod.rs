//! Email import: uploaded files, Gmail, Outlook and IMAP, and the progress of an import.

pub mod api;
mod connect_form;
mod connection;
mod disconnect_form;
#[cfg(feature = "ssr")]
mod export_guide;
#[cfg(feature = "ssr")]
mod findings;
mod format;
mod imap_connect_form;
#[cfg(feature = "ssr")]
mod imap_form;
#[cfg(feature = "ssr")]
mod import_page;
mod import_progress;
#[cfg(feature = "ssr")]
mod load;
mod mailbox_card;
mod mailbox_list;
mod mailbox_row;
#[cfg(feature = "ssr")]
mod page;
mod upload;

use crate::{
    error::AppError,
    server::flash::{self, Flash},
    ui::{ErrorState, FormError, RELOAD_TAG, provide_latest_result},
};
use connection::Connection;
use domain::{
    ImportId, MailboxId,
    mail::{ImapProvider, Import, MailboxState},
};
#[cfg(feature = "ssr")]
pub use import_page::ImportDetailPage;
use leptos::prelude::*;
use mailbox_card::MailboxCard;
use mailbox_list::MailboxList;
#[cfg(feature = "ssr")]
pub use page::ImportPage;
use serde::{Deserialize, Serialize};

/// A connected mailbox, with times relative to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedMailbox {
    pub id: MailboxId,
    pub address: String,
    pub connection: Connection,
    pub state: MailboxState,
    /// The import that previews the mailbox.
    pub import_id: Option<ImportId>,
    /// Seconds since the last completed sync.
    pub synced_ago: Option<i64>,
    /// Seconds since the last failed sync.
    pub failed_ago: Option<i64>,
    /// Whether the mailbox has a preview that found nothing to import.
    pub is_preview_empty: bool,
}

/// The sections for Gmail, Outlook and IMAP, the upload form, and the import in the URL or from the last upload.
#[island]
pub fn ImportIsland(
    slug: String,
    /// The ways to connect a mailbox that the operator has configured.
    available: Vec<Connection>,
    /// The servers of email providers.
    providers: Vec<ImapProvider>,
    mailboxes: Result<Vec<ConnectedMailbox>, AppError>,
    /// The import in the URL.
    import: Option<Result<Import, AppError>>,
    /// The message of the previous page.
    flash: Option<Flash>,
) -> impl IntoView {
    // After a reload, the error and the entered values would be lost.
    let is_rejected = flash.as_ref().is_some_and(|flash| flash.error.is_some());
    flash::provide(flash);
    provide_latest_result();
    let slug = StoredValue::new(slug);
    let providers = StoredValue::new(providers);
    let list = MailboxList::new(slug, mailboxes);
    let shown = RwSignal::new(import);
    let card = |connection| {
        let is_available = available.contains(&connection);
        view! { <MailboxCard connection slug list is_available providers /> }
    };
    view! {
        {(list.is_syncing() && !is_rejected).then(|| view! { <noscript inner_html=RELOAD_TAG></noscript> })}
        <FormError error=list.error />
        {[Connection::Gmail, Connection::Outlook, Connection::Imap].into_iter().map(card).collect_view()}
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
