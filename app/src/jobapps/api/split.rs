use crate::error::AppError;
use domain::{JobApplicationId, MailMessageId, jobapps::SeparatedApplications};
use leptos::prelude::*;

/// Moves the chosen emails to a new application and redirects to the board.
#[server(prefix = "/_fn", endpoint = "jobapps/split")]
pub async fn split(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] mail_ids: Vec<MailMessageId>,
) -> Result<SeparatedApplications, AppError> {
    use crate::server::{
        context::require_workspace,
        flash::{ChangeNotice, UndoAction},
        respond::{board_done, respond_form},
    };
    use domain::{
        jobapps::SplitApplicationInput,
        routes::{ApplicationPage, Route, WorkspacePage},
    };
    let action = "jobapps/split";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug.clone(), jobapp_id, ApplicationPage::Split);
    let input = SplitApplicationInput { jobapp_id, mail_ids };
    let result = service::mail::split_application(&services, &caller, None, input).await;
    let separated = respond_form(action, &page, &[], result)?;
    let change = ChangeNotice {
        slug: slug.clone(),
        text: format!(
            "{} split off, in {}.",
            separated.other.company_label(),
            separated.other.application_status.value
        ),
        application_id: separated.jobapp.id,
        version: separated.jobapp.version,
        undo: Some(UndoAction::Split {
            other: separated.other.id,
        }),
    };
    board_done(action, &Route::Workspace(slug, WorkspacePage::Board), change);
    Ok(separated)
}
