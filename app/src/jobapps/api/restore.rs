use crate::error::AppError;
use domain::{JobApplicationId, jobapps::JobApplication};
use leptos::prelude::*;

/// Restores a deleted application and redirects to its page, or back to the list of deleted applications.
#[server(prefix = "/_fn", endpoint = "jobapps/restore")]
pub async fn restore(
    slug: String,
    jobapp_id: JobApplicationId,
    #[server(default)] is_on_list: bool,
) -> Result<JobApplication, AppError> {
    use crate::server::{
        context::require_workspace,
        flash::ChangeNotice,
        respond::{board_done, respond_form},
    };
    use domain::{
        jobapps::ApplicationRef,
        routes::{ApplicationPage, Route, SettingsSection, WorkspacePage},
    };
    let action = "jobapps/restore";
    let (services, caller) = require_workspace(&slug).await?;
    let list = if is_on_list {
        Route::Settings(slug.clone(), SettingsSection::Deleted)
    } else {
        Route::Workspace(slug.clone(), WorkspacePage::Board)
    };
    let result = service::jobapps::restore(&services, &caller, ApplicationRef { jobapp_id }).await;
    let application = respond_form(action, &list, &[], result)?;
    let change = ChangeNotice {
        slug: slug.clone(),
        text: format!("{} restored.", application.company_label()),
        application_id: jobapp_id,
        version: application.version,
        undo: None,
    };
    let page = if is_on_list {
        list
    } else {
        Route::Application(slug, jobapp_id, ApplicationPage::Overview)
    };
    board_done(action, &page, change);
    Ok(application)
}
