//! The form for a contact. With a script it is sent without leaving the page, so that what was entered is not lost.

use super::{contact_input::ContactInput, notes_field::NotesField, page::PageContext};
use crate::{
    error::AppError,
    server::flash,
    ui::{ButtonKind, Field, FormError, SubmitButton, field_error},
};
use domain::contacts::{Contact, MAX_CONTACT_NOTES_LEN};
use leptos::prelude::*;

const ADD: &str = "jobapps/add_contact";
const UPDATE: &str = "jobapps/update_contact";

/// Whether the form for this contact, or for a new one, was rejected.
pub fn is_rejected(contact: Option<&Contact>) -> bool {
    match contact {
        None => flash::error_for(ADD).is_some(),
        Some(contact) => {
            flash::error_for(UPDATE).is_some()
                && flash::form_value(UPDATE, "contact_id") == contact.id.to_string()
        }
    }
}

/// The form for a new contact, or for an existing one.
#[component]
pub fn ContactForm(
    page: PageContext,
    /// The contact to change; `None` for a new contact.
    contact: Option<Contact>,
) -> impl IntoView {
    let (action, label, pending_label) = match contact {
        None => (ADD, "Add contact", "Adding"),
        Some(_) => (UPDATE, "Save contact", "Saving"),
    };
    let is_rejected = is_rejected(contact.as_ref());
    let values = match &contact {
        _ if is_rejected => ContactInput::from_values(|field| flash::form_value(action, field)),
        Some(contact) => ContactInput::of(contact),
        None => ContactInput::default(),
    };
    let error: Signal<Option<AppError>> = Signal::stored(flash::error_for(action).filter(|_| is_rejected));
    let prefix = contact
        .as_ref()
        .map_or_else(|| "contact-new".to_owned(), |c| format!("contact-{}", c.id));
    let id = |name: &str| format!("{prefix}-{name}");
    view! {
        <form method="post" action=format!("/_fn/{action}") data-fetch>
            {page.hidden_inputs()}
            {contact.map(|c| view! { <input type="hidden" name="contact_id" value=c.id.to_string() /> })}
            <Field
                name="name"
                label="Name"
                id=id("name")
                maxlength=200
                value=values.name
                error=field_error(error, "name")
            />
            <Field
                name="role"
                label="Role"
                id=id("role")
                maxlength=200
                optional=true
                value=values.role
                error=field_error(error, "role")
            />
            <Field
                name="email"
                label="Email"
                id=id("email")
                kind="email"
                maxlength=254
                optional=true
                value=values.email
                error=field_error(error, "email")
            />
            <Field
                name="phone"
                label="Phone"
                id=id("phone")
                kind="tel"
                maxlength=50
                optional=true
                value=values.phone
                error=field_error(error, "phone")
            />
            <Field
                name="company"
                label="Company"
                id=id("company")
                maxlength=200
                optional=true
                value=values.company
                error=field_error(error, "company")
            />
            <Field
                name="url"
                label="Link"
                id=id("url")
                kind="url"
                maxlength=2000
                optional=true
                value=values.url
                error=field_error(error, "url")
            />
            <NotesField id=id("notes") value=values.notes maxlength=MAX_CONTACT_NOTES_LEN error />
            <FormError error />
            <div class="section-actions">
                <SubmitButton label pending_label kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
    }
    .into_any()
}
