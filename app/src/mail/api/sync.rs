use crate::{error::AppError, mail::connection::Connection};
use domain::MailboxId;
use leptos::prelude::*;

/// Enqueues a sync of the mailbox. The section of `connection` shows the result.
#[server(prefix = "/_fn", endpoint = "mail/sync")]
pub async fn sync(
    slug: String,
    mailbox_id: MailboxId,
    #[server(default)] connection: Connection,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, WorkspacePage};
    let action = connection.action("sync");
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let result = service::mail::sync_mailbox(&services, &caller, mailbox_id, false).await;
    respond_form(&action, &page, &[], result)?;
    form_success(&action, &page);
    Ok(())
}
