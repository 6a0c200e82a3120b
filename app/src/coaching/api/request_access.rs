use crate::error::AppError;
use domain::UserId;
use leptos::prelude::*;

/// Asks members for access to their applications and redirects back to the list of clients, which reports who was not asked and why.
#[server(prefix = "/_fn", endpoint = "coaching/request_access")]
pub async fn request_access(
    slug: String,
    #[server(default)] user_ids: Vec<UserId>,
    #[server(default)] scope: String,
    #[server(default)] message: String,
) -> Result<(), AppError> {
    use crate::{
        coaching::request_report::{problems, summary},
        server::{
            context::{client_info, require_workspace},
            respond::{page_done_with, respond_form},
        },
    };
    use domain::{
        coaching::AccessScope,
        routes::{Route, WorkspacePage},
    };
    let action = "coaching/request_access";
    let (services, caller) = require_workspace(&slug).await?;
    let client = client_info();
    let page = Route::Workspace(slug, WorkspacePage::Clients);
    let users: Vec<String> = user_ids.iter().map(ToString::to_string).collect();
    let users = users.join(",");
    let form_values = [
        ("user_ids", users.as_str()),
        ("scope", scope.as_str()),
        ("message", message.as_str()),
    ];
    let result = service::coaching::request_access_of_many(
        &services,
        &caller,
        &user_ids,
        AccessScope::parse(&scope).unwrap_or(AccessScope::Read),
        Some(&message),
        &client,
    )
    .await;
    let outcomes = respond_form(action, &page, &form_values, result)?;
    let (summary, problems) = (summary(&outcomes), problems(&outcomes));
    page_done_with(action, &page, &[("summary", &summary), ("problems", &problems)]);
    Ok(())
}
