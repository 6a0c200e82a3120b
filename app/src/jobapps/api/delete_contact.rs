use crate::error::AppError;
use domain::{ContactId, JobApplicationId};
use leptos::prelude::*;

/// Permanently deletes a contact and redirects back to the application page.
#[server(prefix = "/_fn", endpoint = "jobapps/delete_contact")]
pub async fn delete_contact(
    slug: String,
    jobapp_id: JobApplicationId,
    contact_id: ContactId,
) -> Result<(), AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        contacts::ContactRef,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/delete_contact";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let input = ContactRef { contact_id };
    let result = service::contacts::delete(&services, &caller, input).await;
    respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(())
}
