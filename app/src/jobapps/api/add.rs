//! Adds an application by form.

use crate::error::Fail;
use domain::jobapps::JobApplication;
use leptos::prelude::*;

/// Adds one. Every field comes as it was typed; an empty one counts as not given.
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
) -> Result<JobApplication, Fail> {
    use crate::jobapps::form;
    use crate::{flash::Done, ssr};
    use domain::routes::{Route, WorkspacePage};
    let board = Route::Workspace(slug.clone(), WorkspacePage::Board);
    let kept = [
        ("company", company.as_str()),
        ("job_title", &job_title),
        ("status_id", &status_id),
        ("source", &source),
        ("location", &location),
        ("url", &url),
        ("application_date", &application_date),
    ];
    let input = form::read(
        &company,
        &job_title,
        &status_id,
        &source,
        &location,
        &url,
        &application_date,
    );
    let input = input
        .map_err(Fail)
        .inspect_err(|fail| ssr::refuse("jobapps/add", &board, &kept, fail))?;
    let (services, caller) = ssr::enter(&slug).await?;
    let made = service::jobapps::add(&services, &caller, input).await;
    let made = ssr::answer_form("jobapps/add", &board, &kept, made)?;
    ssr::done(
        "jobapps/add",
        &board,
        Done {
            jobapp_id: made.id,
            back: None,
        },
    );
    Ok(made)
}
