use crate::error::AppError;
use domain::jobapps::JobApplication;
use leptos::prelude::*;

/// Adds an application. The fields contain the text as typed; an empty field counts as missing.
#[server(prefix = "/_fn", endpoint = "jobapps/add")]
pub async fn add(
    slug: String,
    #[server(default)] company: String,
    #[server(default)] job_title: String,
    #[server(default)] status_id: String,
    #[server(default)] source: String,
    #[server(default)] location: String,
    #[server(default)] url: String,
    #[server(default)] application_date: String,
) -> Result<JobApplication, AppError> {
    use crate::{
        jobapps::add_form::parse_add_form,
        server::{
            context::require_workspace,
            flash::ChangeNotice,
            respond::{board_done, respond_form},
        },
    };
    use domain::routes::{Route, WorkspacePage};
    let action = "jobapps/add";
    let (services, caller) = require_workspace(&slug).await?;
    let board = Route::Workspace(slug.clone(), WorkspacePage::Board);
    let form_values = [
        ("company", company.as_str()),
        ("job_title", &job_title),
        ("status_id", &status_id),
        ("source", &source),
        ("location", &location),
        ("url", &url),
        ("application_date", &application_date),
    ];
    let input = parse_add_form(
        &company,
        &job_title,
        &status_id,
        &source,
        &location,
        &url,
        &application_date,
    );
    let result = match input {
        Ok(input) => service::jobapps::add(&services, &caller, None, input).await,
        Err(error) => Err(error.into()),
    };
    let application = respond_form(action, &board, &form_values, result)?;
    let change = ChangeNotice {
        slug,
        text: format!(
            "{} added to {}.",
            application.company_label(),
            application.application_status.value
        ),
        application_id: application.id,
        version: application.version,
        undo: None,
    };
    board_done(action, &board, change);
    Ok(application)
}
