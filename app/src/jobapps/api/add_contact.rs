#![expect(clippy::too_many_arguments, reason = "one parameter per form field")]

use crate::error::AppError;
use domain::{JobApplicationId, contacts::Contact};
use leptos::prelude::*;

/// Adds a contact, links it to an application and redirects back to its page.
#[server(prefix = "/_fn", endpoint = "jobapps/add_contact")]
pub async fn add_contact(
    slug: String,
    jobapp_id: JobApplicationId,
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
    let action = "jobapps/add_contact";
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
    let result = service::contacts::add(&services, &caller, None, form.to_new(jobapp_id)).await;
    let contact = respond_form(action, &page, &form.values(), result)?;
    page_done(action, &page);
    Ok(contact)
}
