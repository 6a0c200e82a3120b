//! Moves an application to another stage.

use crate::error::AppError;
use domain::{JobApplicationId, StageId, jobapps::JobApplication};
use leptos::prelude::*;

/// Moves the application; its outcome does not change. `from` is the previous stage, for the undo button of the next page.
#[server(prefix = "/_fn", endpoint = "jobapps/move_stage")]
pub async fn move_stage(
    slug: String,
    jobapp_id: JobApplicationId,
    status_id: StageId,
    version: i32,
    #[server(default)] from: Option<StageId>,
) -> Result<JobApplication, AppError> {
    use crate::server::{
        context::require_workspace,
        flash::{ChangeNotice, UndoAction},
        respond::{board_done, respond_form},
    };
    use domain::{
        jobapps::UpdateApplicationInput,
        routes::{Route, WorkspacePage},
    };
    let action = "jobapps/move_stage";
    let (services, caller) = require_workspace(&slug).await?;
    let board = Route::Workspace(slug.clone(), WorkspacePage::Board);
    let input = UpdateApplicationInput {
        version: Some(version),
        ..UpdateApplicationInput::to_stage(jobapp_id, status_id)
    };
    let result = service::jobapps::move_stage(&services, &caller, input).await;
    let application = respond_form(action, &board, &[], result)?;
    let change = ChangeNotice {
        slug,
        text: format!(
            "{} moved to {}.",
            application.company_label(),
            application.application_status.value
        ),
        application_id: jobapp_id,
        version: application.version,
        undo: from.map(|to| UndoAction::Stage { to, from: status_id }),
    };
    board_done(action, &board, change);
    Ok(application)
}
