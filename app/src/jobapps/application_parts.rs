//! Parts shared by the pages about one application: its id in the URL, how to load it, its card, and the error page.

use super::labels::{DATE_FORMAT, outcome_name};
use crate::{
    error::AppError,
    layout::WorkspaceContext,
    server::respond::respond,
    status::set_page_error,
    ui::{CompanyAvatar, ErrorState},
};
use domain::{
    ApiError, JobApplicationId,
    jobapps::{ApplicationDetail, ApplicationRef, JobApplication},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The application id in the page's URL; `None` if it is not a valid id.
pub fn application_id() -> Option<JobApplicationId> {
    use_params_map()
        .read_untracked()
        .get("id")
        .and_then(|id| id.parse().ok())
}

/// The error page, shown instead of the page content.
pub fn error_page(error: AppError) -> AnyView {
    set_page_error(&error.0);
    view! { <ErrorState error /> }.into_any()
}

/// Stage or outcome, and date, to distinguish applications with the same name.
pub(super) fn summary(application: &JobApplication) -> String {
    let state = application.outcome.map_or_else(
        || application.application_status.value.clone(),
        |o| outcome_name(o).to_owned(),
    );
    format!("{state} · {}", application.apply_date.format(DATE_FORMAT))
}

/// The application with its history and emails.
pub(super) async fn load_detail(
    workspace: &WorkspaceContext,
    id: Option<JobApplicationId>,
) -> Result<ApplicationDetail, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let jobapp_id = id.ok_or_else(|| AppError(ApiError::not_found()))?;
    respond(service::jobapps::get_detail(&services, &caller, ApplicationRef { jobapp_id }).await)
}

/// The application that the page is about.
pub(super) fn application_card(application: &JobApplication) -> impl IntoView + use<> {
    view! {
        <div class="surface choice">
            <CompanyAvatar name=application.company_label().to_owned() />
            <div>
                <b>{application.company_label().to_owned()}</b>
                <span>{application.title_label().to_owned()}</span>
                <small>{summary(application)}</small>
            </div>
        </div>
    }
}
