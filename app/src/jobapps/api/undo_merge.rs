use crate::error::AppError;
use domain::{MergeId, jobapps::SeparatedApplications};
use leptos::prelude::*;

/// Separates a merged application into two and redirects to the board.
#[server(prefix = "/_fn", endpoint = "jobapps/undo_merge")]
pub async fn undo_merge(slug: String, merge_id: MergeId) -> Result<SeparatedApplications, AppError> {
    use crate::server::{
        context::require_workspace,
        flash::ChangeNotice,
        respond::{board_done, respond_form},
    };
    use domain::{
        jobapps::UndoMergeInput,
        routes::{Route, WorkspacePage},
    };
    let action = "jobapps/undo_merge";
    let (services, caller) = require_workspace(&slug).await?;
    let board = Route::Workspace(slug.clone(), WorkspacePage::Board);
    let result = service::jobapps::undo_merge(&services, &caller, UndoMergeInput { merge_id }).await;
    let separated = respond_form(action, &board, &[], result)?;
    let (company, other) = (separated.jobapp.company_label(), separated.other.company_label());
    let change = ChangeNotice {
        slug,
        text: format!("{company} and {other} are separate again."),
        application_id: separated.jobapp.id,
        version: separated.jobapp.version,
        undo: None,
    };
    board_done(action, &board, change);
    Ok(separated)
}
