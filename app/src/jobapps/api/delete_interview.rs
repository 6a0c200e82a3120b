use crate::error::AppError;
use domain::{InterviewId, JobApplicationId};
use leptos::prelude::*;

/// Permanently deletes an interview and redirects back to its application's page.
#[server(prefix = "/_fn", endpoint = "jobapps/delete_interview")]
pub async fn delete_interview(
    slug: String,
    jobapp_id: JobApplicationId,
    interview_id: InterviewId,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        interviews::InterviewRef,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/delete_interview";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let result = service::interviews::delete(&services, &caller, InterviewRef { interview_id }).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
