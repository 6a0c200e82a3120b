use crate::error::AppError;
use domain::AccessRequestId;
use leptos::prelude::*;

/// Grants a coach the requested access or a narrower scope, or declines the request, and redirects back to the settings. If a last
/// day was entered, the access ends with that day.
#[server(prefix = "/_fn", endpoint = "coaching/answer_access_request")]
pub async fn answer_access_request(
    slug: String,
    request_id: AccessRequestId,
    /// `grant` or `decline`.
    answer: String,
    #[server(default)] scope: String,
    #[server(default)] until: String,
) -> Result<(), AppError> {
    use super::end_of_day;
    use crate::server::{
        context::require_workspace,
        respond::{page_done_with, respond_form},
    };
    use domain::{
        coaching::{AccessScope, AnswerAccessRequestInput},
        routes::{Route, SettingsSection},
    };
    let action = "coaching/answer_access_request";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Settings(slug, SettingsSection::Sharing);
    let id = request_id.to_string();
    let form_values = [
        ("request_id", id.as_str()),
        ("scope", scope.as_str()),
        ("until", until.as_str()),
    ];
    let grant = answer == "grant";
    let expires_at = match end_of_day(&until, &caller.user.time_zone) {
        Ok(end) => end,
        Err(_) if !grant => None,
        Err(error) => respond_form(action, &page, &form_values, Err(error.into()))?,
    };
    let input = AnswerAccessRequestInput {
        request_id,
        grant,
        scope: AccessScope::parse(&scope).filter(|_| grant),
        expires_at: expires_at.filter(|_| grant),
    };
    let result = service::coaching::answer_access_request(&services, &caller, input).await;
    let request = respond_form(action, &page, &form_values, result)?;
    let name = request.viewer.label();
    let done = if grant {
        format!("{name} has access now.")
    } else {
        format!("Declined. {name} has no access.")
    };
    page_done_with(action, &page, &[("done", done.as_str())]);
    Ok(())
}
