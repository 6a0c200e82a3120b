//! Disconnects a mailbox.

use crate::error::AppError;
use domain::MailboxId;
use leptos::prelude::*;

/// Deletes the tokens of a mailbox and revokes them at Google.
#[server(prefix = "/_fn", endpoint = "mail/disconnect")]
pub async fn disconnect(slug: String, mailbox_id: MailboxId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, WorkspacePage};
    let action = "mail/disconnect";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let result = service::mail::disconnect_mailbox(&services, &caller, mailbox_id).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
