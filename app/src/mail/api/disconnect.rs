use crate::{error::AppError, mail::connection::Connection};
use domain::MailboxId;
use leptos::prelude::*;

/// Deletes the mailbox's password or tokens, and revokes tokens at Google. With `forget`, also undoes the changes made by its
/// emails. The section of `connection` shows the result.
#[server(prefix = "/_fn", endpoint = "mail/disconnect")]
pub async fn disconnect(
    slug: String,
    mailbox_id: MailboxId,
    #[server(default)] connection: Connection,
    #[server(default)] forget: Option<String>,
) -> Result<bool, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, WorkspacePage};
    let is_cleared = forget.is_some();
    let action = connection.action(if is_cleared { "forget" } else { "disconnect" });
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let result = service::mail::disconnect_mailbox(&services, &caller, mailbox_id, is_cleared).await;
    respond_form(&action, &page, &[], result)?;
    form_success(&action, &page);
    Ok(is_cleared)
}
