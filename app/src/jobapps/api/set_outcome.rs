//! Closes or reopens an application.

use crate::error::AppError;
use domain::{JobApplicationId, jobapps::JobApplication};
use leptos::prelude::*;

/// The value of `from` for an application without outcome. An empty field would count as missing.
pub const OPEN: &str = "open";

/// Closes the application with an outcome; an empty one reopens it. `from` is the previous outcome or [`OPEN`], for the
/// undo button that a page without a script shows.
#[server(prefix = "/_fn", endpoint = "jobapps/set_outcome")]
pub async fn set_outcome(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] outcome: String,
    version: i32,
    #[server(default)] from: Option<String>,
) -> Result<JobApplication, AppError> {
    use crate::server::{
        context::require_workspace,
        flash::{UndoAction, UndoInfo},
        respond::{board_done, respond_form},
    };
    use domain::{
        ApiError, FieldCode,
        jobapps::{Outcome, UpdateApplicationInput},
        routes::{Route, WorkspacePage},
    };
    let action = "jobapps/set_outcome";
    let (services, caller) = require_workspace(&slug).await?;
    let board = Route::Workspace(slug, WorkspacePage::Board);
    let parsed = Outcome::parse(&outcome);
    if parsed.is_none() && !outcome.is_empty() {
        let error = ApiError::field("outcome", FieldCode::NotAllowed, "This outcome does not exist.");
        return respond_form(action, &board, &[], Err(error.into()));
    }
    let input = UpdateApplicationInput {
        jobapp_id,
        status_id: None,
        rejected: None,
        outcome: Some(parsed),
        occurred_at: None,
        version: Some(version),
    };
    let result = service::jobapps::move_stage(&services, &caller, input).await;
    let application = respond_form(action, &board, &[], result)?;
    let undo = UndoInfo {
        application_id: jobapp_id,
        action: from.map(|from| UndoAction::Outcome(Outcome::parse(&from))),
    };
    board_done(action, &board, undo);
    Ok(application)
}
