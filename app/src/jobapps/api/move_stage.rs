use crate::error::AppError;
use domain::{JobApplicationId, StageId, jobapps::JobApplication};
use leptos::prelude::*;

/// Moves the application without changing its outcome. `from` is the previous stage, for the undo button on the next page.
/// `on_page` is set if the form was on the application page. `undo` is set if the move undoes the previous one; such a move
/// cannot be undone.
#[server(prefix = "/_fn", endpoint = "jobapps/move_stage")]
pub async fn move_stage(
    slug: String,
    jobapp_id: JobApplicationId,
    status_id: StageId,
    version: i32,
    #[server(default)] from: Option<StageId>,
    #[server(default)] on_page: bool,
    #[server(default)] undo: bool,
) -> Result<JobApplication, AppError> {
    use crate::{
        jobapps::labels::undo_text,
        server::{
            context::require_workspace,
            flash::{ChangeNotice, UndoAction},
            respond::{board_done, page_after_change, respond_form},
        },
    };
    use domain::jobapps::UpdateApplicationInput;
    let action = "jobapps/move_stage";
    let (services, caller) = require_workspace(&slug).await?;
    let page = page_after_change(slug.clone(), jobapp_id, on_page);
    let input = UpdateApplicationInput {
        version: Some(version),
        ..UpdateApplicationInput::to_stage(jobapp_id, status_id)
    };
    let result = if undo {
        service::jobapps::undo_move(&services, &caller, input).await
    } else {
        service::jobapps::move_stage(&services, &caller, input).await
    };
    let application = respond_form(action, &page, &[], result)?;
    let (company, stage) = (application.company_label(), &application.application_status.value);
    let change = ChangeNotice {
        slug,
        text: if undo {
            undo_text(company, stage, application.outcome)
        } else {
            format!("{company} moved to {stage}.")
        },
        application_id: jobapp_id,
        version: application.version,
        undo: from
            .filter(|_| !undo)
            .map(|to| UndoAction::Stage { to, from: status_id }),
    };
    board_done(action, &page, change);
    Ok(application)
}
