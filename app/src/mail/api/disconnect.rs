use crate::error::AppError;
use domain::MailboxId;
use leptos::prelude::*;

/// Deletes the tokens of a mailbox and revokes them at Google. With `forget`, also undoes the changes by its emails. Separate from
/// `disconnect_imap`, so that each card shows the result of its own form.
#[server(prefix = "/_fn", endpoint = "mail/disconnect")]
pub async fn disconnect(
    slug: String,
    mailbox_id: MailboxId,
    #[server(default)] forget: Option<String>,
) -> Result<bool, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, WorkspacePage};
    let action = "mail/disconnect";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let result = service::mail::disconnect_mailbox(&services, &caller, mailbox_id, forget.is_some()).await;
    respond_form(action, &page, &[], result)?;
    let is_cleared = forget.is_some();
    form_success(if is_cleared { "mail/forget" } else { action }, &page);
    Ok(is_cleared)
}
