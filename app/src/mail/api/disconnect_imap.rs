//! Disconnects a mailbox that is connected by IMAP.

use crate::error::AppError;
use domain::MailboxId;
use leptos::prelude::*;

/// Deletes the password of the mailbox. With `forget`, also undoes the changes by its emails.
#[server(prefix = "/_fn", endpoint = "mail/disconnect_imap")]
pub async fn disconnect_imap(
    slug: String,
    mailbox_id: MailboxId,
    #[server(default)] forget: Option<String>,
) -> Result<bool, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, WorkspacePage};
    let action = "mail/disconnect_imap";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let result = service::mail::disconnect_mailbox(&services, &caller, mailbox_id, forget.is_some()).await;
    respond_form(action, &page, &[], result)?;
    let is_cleared = forget.is_some();
    form_success(if is_cleared { "mail/forget_imap" } else { action }, &page);
    Ok(is_cleared)
}
