use crate::error::AppError;
use domain::AccessRequestId;
use leptos::prelude::*;

/// Withdraws a pending access request and redirects back to the list of clients.
#[server(prefix = "/_fn", endpoint = "coaching/withdraw_access_request")]
pub async fn withdraw_access_request(slug: String, request_id: AccessRequestId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        coaching::AccessRequestRef,
        routes::{Route, WorkspacePage},
    };
    let action = "coaching/withdraw_access_request";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Clients);
    let input = AccessRequestRef { request_id };
    let result = service::coaching::withdraw_access_request(&services, &caller, input).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
