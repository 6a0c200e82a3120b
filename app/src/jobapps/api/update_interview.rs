#![expect(clippy::too_many_arguments, reason = "one parameter per form field")]

use crate::error::AppError;
use domain::{InterviewId, JobApplicationId, interviews::Interview};
use leptos::prelude::*;

/// Sets all fields of an interview and redirects back to its application's page. An empty field clears the value.
#[server(prefix = "/_fn", endpoint = "jobapps/update_interview")]
pub async fn update_interview(
    slug: String,
    jobapp_id: JobApplicationId,
    interview_id: InterviewId,
    #[server(default)] kind: String,
    #[server(default)] starts_at: String,
    #[server(default)] ends_at: String,
    #[server(default)] time_zone: String,
    #[server(default)] place: String,
    #[server(default)] notes: String,
    #[server(default)] cancelled: bool,
) -> Result<Interview, AppError> {
    use crate::{
        jobapps::application::interview_input::InterviewInput,
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
    };
    use domain::routes::{ApplicationPage, Route};
    let action = "jobapps/update_interview";
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
    let result = match form.to_update(interview_id, cancelled, &caller.user.time_zone) {
        Ok(input) => service::interviews::update(&services, &caller, input).await,
        Err(error) => Err(error.into()),
    };
    let id = interview_id.to_string();
    let mut values = vec![("interview_id", id.as_str())];
    values.extend(form.values());
    if cancelled {
        values.push(("cancelled", "true"));
    }
    let interview = respond_form(action, &page, &values, result)?;
    page_done(action, &page);
    Ok(interview)
}
