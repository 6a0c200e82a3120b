use crate::error::AppError;
use domain::{ContactId, JobApplicationId, contacts::Contact};
use leptos::prelude::*;

/// Removes a contact from an application, but does not delete it, and redirects back to the application page.
#[server(prefix = "/_fn", endpoint = "jobapps/unlink_contact")]
pub async fn unlink_contact(
    slug: String,
    jobapp_id: JobApplicationId,
    contact_id: ContactId,
) -> Result<Contact, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{page_done, respond_form},
    };
    use domain::{
        contacts::ContactLinkInput,
        routes::{ApplicationPage, Route},
    };
    let action = "jobapps/unlink_contact";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let input = ContactLinkInput {
        contact_id,
        jobapp_id,
    };
    let result = service::contacts::unlink(&services, &caller, input).await;
    let contact = respond_form(action, &page, &[], result)?;
    page_done(action, &page);
    Ok(contact)
}
