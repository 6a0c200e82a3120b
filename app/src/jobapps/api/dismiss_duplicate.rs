//! Dismisses a pair of applications that are not duplicates.

use crate::error::AppError;
use domain::JobApplicationId;
use leptos::prelude::*;

/// Dismisses the pair and redirects back to the list of duplicates.
#[server(prefix = "/_fn", endpoint = "jobapps/dismiss_duplicate")]
pub async fn dismiss_duplicate(
    slug: String,
    jobapp_id: JobApplicationId,
    other_id: JobApplicationId,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{form_success, respond_form},
    };
    use domain::{jobapps::DismissDuplicateInput, routes::Route};
    let action = "jobapps/dismiss_duplicate";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Duplicates(slug);
    let input = DismissDuplicateInput { jobapp_id, other_id };
    let result = service::jobapps::dismiss_duplicate(&services, &caller, input).await;
    respond_form(action, &page, &[], result)?;
    form_success(action, &page);
    Ok(())
}
