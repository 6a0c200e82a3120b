use crate::error::AppError;
use leptos::prelude::*;

/// Enqueues a sync of all of the user's mailboxes.
#[server(prefix = "/_fn", endpoint = "mail/sync")]
pub async fn sync(slug: String) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::routes::{Route, WorkspacePage};
    let action = "mail/sync";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let result = service::mail::sync_user_emails(&services, &caller, None).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
