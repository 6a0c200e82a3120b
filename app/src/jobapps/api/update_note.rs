use crate::error::AppError;
use domain::{JobApplicationId, NoteId, jobapps::Note};
use leptos::prelude::*;

/// Changes the text of a note and redirects back to its application's page.
#[server(prefix = "/_fn", endpoint = "jobapps/update_note")]
pub async fn update_note(
    slug: String,
    jobapp_id: JobApplicationId,
    jobapp_note_id: NoteId,
    #[server(default)] description: String,
) -> Result<Note, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        jobapps::UpdateNoteInput,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/update_note";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let note_id = jobapp_note_id.to_string();
    let form_values = [
        ("jobapp_note_id", note_id.as_str()),
        ("description", description.as_str()),
    ];
    let input = UpdateNoteInput {
        jobapp_note_id,
        description: description.clone(),
    };
    let result = service::jobapps::update_note(&services, &caller, input).await;
    let note = respond_form(action, &page, &form_values, result)?;
    page_done(action, &page);
    Ok(note)
}
