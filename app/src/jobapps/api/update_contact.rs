#![expect(clippy::too_many_arguments, reason = "one parameter per form field")]

use crate::error::AppError;
use domain::{ContactId, JobApplicationId, contacts::Contact};
use leptos::prelude::*;

/// Sets all fields of a contact and redirects back to the application page. Empty fields are cleared.
#[server(prefix = "/_fn", endpoint = "jobapps/update_contact")]
pub async fn update_contact(
    slug: String,
    jobapp_id: JobApplicationId,
    contact_id: ContactId,
    #[server(default)] name: String,
    #[server(default)] role: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] company: String,
    #[server(default)] url: String,
    #[server(default)] notes: String,
) -> Result<Contact, AppError> {
    use crate::{
        jobapps::application::contact_input::ContactInput,
        server::{
            context::require_workspace,
            respond::{page_done, respond_form},
        },
    };
    use domain::routes::{ApplicationPage, Route};
    let action = "jobapps/update_contact";
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::Application(slug, jobapp_id, ApplicationPage::Overview);
    let form = ContactInput {
        name,
        role,
        email,
        phone,
        company,
        url,
        notes,
    };
    let result = service::contacts::update(&services, &caller, form.to_update(contact_id)).await;
    let id = contact_id.to_string();
    let mut values = vec![("contact_id", id.as_str())];
    values.extend(form.values());
    let contact = respond_form(action, &page, &values, result)?;
    page_done(action, &page);
    Ok(contact)
}
