use crate::error::AppError;
use domain::{JobApplicationId, jobapps::JobApplication};
use leptos::prelude::*;

/// Closes the application with an outcome, or reopens it if the outcome is empty. `from` is the previous outcome or
/// [`NO_OUTCOME`](crate::server::flash::NO_OUTCOME), for the undo button on the next page. `on_page` is set if the form was on the
/// page of the application. `undo` is set if the change undoes the previous one; such a change cannot be undone.
#[server(prefix = "/_fn", endpoint = "jobapps/set_outcome")]
pub async fn set_outcome(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] outcome: String,
    version: i32,
    #[server(default)] from: Option<String>,
    #[server(default)] on_page: bool,
    #[server(default)] undo: bool,
) -> Result<JobApplication, AppError> {
    use crate::{
        jobapps::labels::{outcome_name, undo_text},
        server::{
            context::require_workspace,
            flash::{ChangeNotice, UndoAction},
            respond::{board_done, page_after_change, respond_form},
        },
    };
    use domain::{
        ApiError, FieldCode,
        jobapps::{Outcome, UpdateApplicationInput},
    };
    let action = "jobapps/set_outcome";
    let (services, caller) = require_workspace(&slug).await?;
    let page = page_after_change(slug.clone(), jobapp_id, on_page);
    let parsed = Outcome::parse(&outcome);
    if parsed.is_none() && !outcome.is_empty() {
        let error = ApiError::field("outcome", FieldCode::NotAllowed, "This outcome does not exist.");
        return respond_form(action, &page, &[], Err(error.into()));
    }
    let input = UpdateApplicationInput {
        jobapp_id,
        status_id: None,
        rejected: None,
        outcome: Some(parsed),
        occurred_at: None,
        version: Some(version),
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
        text: match parsed {
            _ if undo => undo_text(company, stage, application.outcome),
            Some(outcome) => format!("{company} closed: {}.", outcome_name(outcome).to_lowercase()),
            None => format!("{company} reopened in {stage}."),
        },
        application_id: jobapp_id,
        version: application.version,
        undo: from.filter(|_| !undo).map(|to| UndoAction::Outcome {
            to: Outcome::parse(&to),
            from: parsed,
        }),
    };
    board_done(action, &page, change);
    Ok(application)
}
