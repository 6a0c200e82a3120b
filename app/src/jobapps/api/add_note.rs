use crate::error::AppError;
use domain::{JobApplicationId, jobapps::Note};
use leptos::prelude::*;

/// Adds a note to an application and redirects back to its page.
#[server(prefix = "/_fn", endpoint = "jobapps/add_note")]
pub async fn add_note(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] description: String,
) -> Result<Note, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        jobapps::AddNoteInput,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/add_note";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let form_values = [("description", description.as_str())];
    let input = AddNoteInput {
        jobapp_id,
        description: description.clone(),
    };
    let result = service::jobapps::add_note(&services, &caller, None, input).await;
    let note = respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(note)
}
