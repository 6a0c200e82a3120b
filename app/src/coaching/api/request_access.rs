//! Asks for access.

use crate::error::AppError;
use domain::UserId;
use leptos::prelude::*;

/// Asks a member for access to their applications and goes back to the list of clients.
#[server(prefix = "/_fn", endpoint = "coaching/request_access")]
pub async fn request_access(
    slug: String,
    user_id: UserId,
    #[server(default)] scope: String,
    #[server(default)] message: String,
) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_workspace},
        respond::{page_done, respond_form},
    };
    use domain::{
        coaching::{AccessScope, RequestAccessInput},
        routes::{Route, WorkspacePage},
    };
    let action = "coaching/request_access";
    let (services, caller) = require_workspace(&slug).await?;
    let client = client_info();
    let page = Route::Workspace(slug, WorkspacePage::Clients);
    let user = user_id.to_string();
    let form_values = [
        ("user_id", user.as_str()),
        ("scope", scope.as_str()),
        ("message", message.as_str()),
    ];
    let input = RequestAccessInput {
        user_id,
        scope: AccessScope::parse(&scope).unwrap_or(AccessScope::Read),
        message: Some(message.clone()),
    };
    let result = service::coaching::request_access(&services, &caller, None, input, &client).await;
    respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(())
}
