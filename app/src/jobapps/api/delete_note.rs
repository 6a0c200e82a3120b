use crate::error::AppError;
use domain::{JobApplicationId, NoteId};
use leptos::prelude::*;

/// Permanently deletes a note and redirects back to its application's page.
#[server(prefix = "/_fn", endpoint = "jobapps/delete_note")]
pub async fn delete_note(
    slug: String,
    jobapp_id: JobApplicationId,
    jobapp_note_id: NoteId,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        jobapps::NoteRef,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/delete_note";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let result = service::jobapps::delete_note(&services, &caller, NoteRef { jobapp_note_id }).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
