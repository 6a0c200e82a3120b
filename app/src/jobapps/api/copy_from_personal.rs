//! Copies applications from the personal workspace.

use crate::error::AppError;
use domain::JobApplicationId;
use leptos::prelude::*;

/// The endpoint of the form.
#[cfg(feature = "ssr")]
pub const ACTION: &str = "transfers/copy";

/// Copies `all`, the `open` or the `chosen` applications of the user's personal workspace to this organization, and redirects to its board.
#[server(prefix = "/_fn", endpoint = "transfers/copy")]
pub async fn copy_from_personal(
    slug: String,
    #[server(default)] which: String,
    #[server(default)] page: String,
    #[server(default)] ids: Vec<JobApplicationId>,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        flash::BulkNotice,
        respond::{bulk_done, respond_form},
    };
    use domain::{
        ApiError, ErrorCode,
        jobapps::MAX_BULK_APPLICATIONS,
        routes::{Route, SettingsSection, WorkspacePage},
        transfers::Selection,
    };
    let action = ACTION;
    let (services, caller) = require_workspace(&slug).await?;
    let board = Route::Workspace(slug.clone(), WorkspacePage::Board);
    let error_page = if page == "settings" {
        Route::Settings(slug, SettingsSection::Organization)
    } else {
        board.clone()
    };
    let selection = match which.as_str() {
        "chosen" if !(1..=MAX_BULK_APPLICATIONS).contains(&ids.len()) => {
            let detail = format!("Choose 1 to {MAX_BULK_APPLICATIONS} applications.");
            Err(ApiError::new(ErrorCode::Invalid, detail).into())
        }
        "chosen" => Ok(Selection::Ids(ids.into_iter().collect())),
        "open" => Ok(Selection::Open),
        _ => Ok(Selection::All),
    };
    let result = match selection {
        Ok(selection) => service::transfers::copy_from_personal(&services, &caller, selection).await,
        Err(error) => Err(error),
    };
    let result = respond_form(action, &error_page, &[("which", &which)], result)?;
    let text = copied_text(result, "copied");
    bulk_done(action, &board, BulkNotice { text, undo: None });
    Ok(())
}

/// Reports the number of copied or moved applications in a sentence.
#[cfg(feature = "ssr")]
pub fn copied_text(result: domain::transfers::CopiedApplications, done: &str) -> String {
    let applications = |n: u32| crate::ui::count(n.into(), "application", "applications");
    match (result.copied, result.already_there) {
        (0, 0) => "There were no applications to copy.".to_owned(),
        (0, there) => format!(
            "{} in this workspace already.",
            crate::ui::count(there.into(), "application is", "applications are")
        ),
        (copied, 0) => format!("{} {done}.", applications(copied)),
        (copied, there) => format!(
            "{} {done}; {there} in this workspace already.",
            applications(copied)
        ),
    }
}
