use crate::error::AppError;
use domain::{JobApplicationId, jobapps::JobApplication};
use leptos::prelude::*;

/// Sets title and company of an application and redirects back to its page. If a value is unknown, its field may be empty; the value
/// then stays unknown.
#[server(prefix = "/_fn", endpoint = "jobapps/set_names")]
pub async fn set_names(
    slug: String,
    jobapp_id: JobApplicationId,
    version: i32,
    #[server(default)] job_title: String,
    #[server(default)] company: String,
) -> Result<JobApplication, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        jobapps::{ApplicationRef, EditApplicationInput},
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/set_names";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let form_values = [("job_title", job_title.as_str()), ("company", company.as_str())];
    let current = service::jobapps::get_detail(&services, &caller, ApplicationRef { jobapp_id }).await;
    let current = respond_form(action, &page, &form_values, current)?.jobapp;
    let stated = |text: &str, is_unknown: bool| {
        let is_left_out = is_unknown && text.trim().is_empty();
        (!is_left_out).then(|| Some(text.to_owned()))
    };
    let input = EditApplicationInput {
        job_title: stated(&job_title, current.job_title.is_none()),
        company: stated(&company, current.company.is_none()),
        ..EditApplicationInput::unchanged(jobapp_id, version)
    };
    let result = service::jobapps::edit(&services, &caller, input).await;
    let application = respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(application)
}
