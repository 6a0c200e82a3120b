//! Moves an application to another stage.

use crate::error::Fail;
use domain::{JobApplicationId, StageId, jobapps::JobApplication};
use leptos::prelude::*;

/// Moves it; its outcome, if it has one, stays. `from` is the stage that it was in, for the way back that a page
/// without a script offers.
#[server(prefix = "/_fn", endpoint = "jobapps/move_stage")]
pub async fn move_stage(
    slug: String,
    jobapp_id: JobApplicationId,
    status_id: StageId,
    version: i32,
    #[server(default)] from: Option<StageId>,
) -> Result<JobApplication, Fail> {
    use crate::{
        flash::{Back, Done},
        ssr,
    };
    use domain::{
        jobapps::UpdateJobappInput,
        routes::{Route, WorkspacePage},
    };
    let (services, caller) = ssr::enter(&slug).await?;
    let board = Route::Workspace(slug, WorkspacePage::Board);
    let input = UpdateJobappInput {
        version: Some(version),
        ..UpdateJobappInput::to_stage(jobapp_id, status_id)
    };
    let moved = service::jobapps::update(&services, &caller, input).await;
    let moved = ssr::answer_form("jobapps/move_stage", &board, &[], moved)?;
    ssr::done(
        "jobapps/move_stage",
        &board,
        Done {
            jobapp_id,
            back: from.map(Back::Stage),
        },
    );
    Ok(moved)
}
