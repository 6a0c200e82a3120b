use crate::error::AppError;
use domain::{FileId, JobApplicationId};
use leptos::prelude::*;

/// Permanently deletes a file and redirects back to its application's page.
#[server(prefix = "/_fn", endpoint = "files/delete")]
pub async fn delete_file(slug: String, jobapp_id: JobApplicationId, file_id: FileId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        files::FileRef,
        routes::{ApplicationPage, Route},
    };
    let action = "files/delete";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let result = service::files::delete(&services, &caller, FileRef { file_id }).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
