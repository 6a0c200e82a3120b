use crate::error::AppError;
use domain::{JobApplicationId, jobapps::MergedApplications};
use leptos::prelude::*;

/// Merges the other application into the first one and redirects to the board, or back to the list of duplicates. Both pages offer
/// to undo the merge.
#[server(prefix = "/_fn", endpoint = "jobapps/merge")]
pub async fn merge(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] other_id: String,
    #[server(default)] is_duplicate: bool,
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
    let (action, page, next) = if is_duplicate {
        let list = Route::Duplicates(slug.clone());
        ("jobapps/merge_duplicate", list.clone(), list)
    } else {
        let page = Route::Application(slug.clone(), jobapp_id, ApplicationPage::Merge);
        (
            "jobapps/merge",
            page,
            Route::Workspace(slug.clone(), WorkspacePage::Board),
        )
    };
    let (services, caller) = require_workspace(&slug).await?;
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
    board_done(action, &next, change);
    Ok(merged)
}
