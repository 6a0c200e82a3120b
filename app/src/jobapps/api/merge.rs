//! Merges two applications.

use crate::error::AppError;
use domain::{JobApplicationId, jobapps::MergedApplications};
use leptos::prelude::*;

/// Merges the other application into the first and goes to the board, which offers to undo it.
#[server(prefix = "/_fn", endpoint = "jobapps/merge")]
pub async fn merge(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] other_id: String,
) -> Result<MergedApplications, AppError> {
    use crate::server::{
        context::require_workspace,
        flash::{ChangeNotice, UndoAction},
        respond::{board_done, respond_form},
    };
    use domain::{
        ApiError, FieldCode,
        jobapps::MergeApplicationsInput,
        routes::{ApplicationPage, Route, WorkspacePage},
    };
    let action = "jobapps/merge";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug.clone(), jobapp_id, ApplicationPage::Merge);
    let result = if let Ok(other_id) = other_id.parse() {
        let input = MergeApplicationsInput { jobapp_id, other_id };
        service::jobapps::merge(&services, &caller, input).await
    } else {
        let detail = "Choose the application to merge.";
        Err(ApiError::field("other_id", FieldCode::Required, detail).into())
    };
    let merged = respond_form(action, &page, &[], result)?;
    let change = ChangeNotice {
        slug: slug.clone(),
        text: format!("{} merged.", merged.jobapp.company_label()),
        application_id: jobapp_id,
        version: merged.jobapp.version,
        undo: Some(UndoAction::Merge { id: merged.merge_id }),
    };
    board_done(action, &Route::Workspace(slug, WorkspacePage::Board), change);
    Ok(merged)
}
