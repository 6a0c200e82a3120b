//! Starts a sync of a mailbox that is connected by IMAP.

use crate::error::AppError;
use domain::MailboxId;
use leptos::prelude::*;

/// Enqueues a sync of the mailbox.
#[server(prefix = "/_fn", endpoint = "mail/sync_imap")]
pub async fn sync_imap(slug: String, mailbox_id: MailboxId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, WorkspacePage};
    let action = "mail/sync_imap";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let result = service::mail::sync_mailbox(&services, &caller, mailbox_id, false).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
