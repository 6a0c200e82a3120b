use crate::error::AppError;
use domain::{JobApplicationId, interviews::Interview};
use leptos::prelude::*;

/// Adds an interview to an application and redirects back to its page.
#[server(prefix = "/_fn", endpoint = "jobapps/add_interview")]
pub async fn add_interview(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] kind: String,
    #[server(default)] starts_at: String,
    #[server(default)] ends_at: String,
    #[server(default)] time_zone: String,
    #[server(default)] place: String,
    #[server(default)] notes: String,
) -> Result<Interview, AppError> {
    use crate::{
        jobapps::application::interview_input::InterviewInput,
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
    };
    use domain::routes::{ApplicationPage, Route};
    let action = "jobapps/add_interview";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let form = InterviewInput {
        kind,
        starts_at,
        ends_at,
        time_zone,
        place,
        notes,
    };
    let result = match form.to_new(jobapp_id, &caller.user.time_zone) {
        Ok(input) => service::interviews::add(&services, &caller, None, input).await,
        Err(error) => Err(error.into()),
    };
    let interview = respond_form(action, &page, &form.values(), result)?;
    page_done(action, &page);
    Ok(interview)
}
