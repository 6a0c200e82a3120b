#![expect(clippy::too_many_arguments, reason = "one parameter per form field")]

use crate::error::AppError;
use domain::{JobApplicationId, jobapps::JobApplication};
use leptos::prelude::*;

/// Sets everything except title, company, stage and outcome, and redirects back to the application page. An empty field clears the
/// value.
#[server(prefix = "/_fn", endpoint = "jobapps/set_details")]
pub async fn set_details(
    slug: String,
    jobapp_id: JobApplicationId,
    version: i32,
    #[server(default)] apply_date: String,
    #[server(default)] source: String,
    #[server(default)] location: String,
    #[server(default)] url: String,
    #[server(default)] salary_min: String,
    #[server(default)] salary_max: String,
    #[server(default)] salary_currency: String,
    #[server(default)] salary_period: String,
    #[server(default)] tags: String,
) -> Result<JobApplication, AppError> {
    use crate::{
        jobapps::application::details_form::{DetailsForm, parse_details},
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
    };
    use domain::{
        jobapps::EditApplicationInput,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/set_details";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let form = DetailsForm {
        apply_date,
        source,
        location,
        url,
        salary_min,
        salary_max,
        salary_currency,
        salary_period,
        tags,
    };
    let unchanged = EditApplicationInput::unchanged(jobapp_id, version);
    let result = match parse_details(&form, unchanged) {
        Ok(input) => service::jobapps::edit(&services, &caller, input).await,
        Err(error) => Err(error.into()),
    };
    let application = respond_form(action, &page, &form.values(), result)?;
    page_done(action, &page);
    Ok(application)
}
