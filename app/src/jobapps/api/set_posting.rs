//! Stores the job posting of an application.

use crate::error::AppError;
use domain::{JobApplicationId, jobapps::Posting};
use leptos::prelude::*;

/// Saves the text of the job posting, or removes it if it is empty, and redirects back to the application page.
#[server(prefix = "/_fn", endpoint = "jobapps/set_posting")]
pub async fn set_posting(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] text: String,
    #[server(default)] url: String,
) -> Result<Posting, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        jobapps::SetPostingInput,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/set_posting";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let input = SetPostingInput {
        jobapp_id,
        text: text.clone(),
        url: Some(url.clone()),
    };
    let result = service::jobapps::set_posting(&services, &caller, input).await;
    let values = [("text", text.as_str()), ("url", &url)];
    let posting = respond_form(action, &page, &values, result)?;
    page_done(action, &page);
    Ok(posting)
}
