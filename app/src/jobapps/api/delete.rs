use crate::error::AppError;
use domain::JobApplicationId;
use leptos::prelude::*;

/// Deletes the application and redirects to the board, which offers to restore it.
#[server(prefix = "/_fn", endpoint = "jobapps/delete")]
pub async fn delete(slug: String, jobapp_id: JobApplicationId) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        flash::{ChangeNotice, UndoAction},
        respond::{board_done, respond_form},
    };
    use domain::{
        jobapps::ApplicationRef,
        routes::{ApplicationPage, Route, WorkspacePage},
    };
    let action = "jobapps/delete";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug.clone(), jobapp_id, ApplicationPage::Overview);
    let input = ApplicationRef { jobapp_id };
    let current = service::jobapps::get_detail(&services, &caller, input).await;
    let application = respond_form(action, &page, &[], current)?.jobapp;
    let result = service::jobapps::delete(&services, &caller, input).await;
    respond_form(action, &page, &[], result)?;
    let change = ChangeNotice {
        slug: slug.clone(),
        text: format!(
            "{} deleted. You can restore it for 30 days.",
            application.company_label()
        ),
        application_id: jobapp_id,
        version: application.version,
        undo: Some(UndoAction::Delete),
    };
    board_done(action, &Route::Workspace(slug, WorkspacePage::Board), change);
    Ok(())
}
