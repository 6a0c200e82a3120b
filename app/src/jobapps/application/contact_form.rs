//! The form for a contact. With JavaScript it is submitted without leaving the page, so that the entered values are not lost.

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
    let field =
        |name: &'static str, label: &'static str, kind: &'static str, maxlength: u32, value: String| {
            let (optional, error) = (name != "name", field_error(error, name));
            view! { <Field name label id=id(name) kind maxlength optional value error /> }
        };
    view! {
        <form method="post" action=format!("/_fn/{action}") data-fetch>
            {page.hidden_inputs()}
            {contact.map(|c| view! { <input type="hidden" name="contact_id" value=c.id.to_string() /> })}
            {field("name", "Name", "text", 200, values.name)}
            {field("role", "Role", "text", 200, values.role)}
            {field("email", "Email", "email", 254, values.email)}
            {field("phone", "Phone", "tel", 50, values.phone)}
            {field("company", "Company", "text", 200, values.company)}
            {field("url", "Link", "url", 2000, values.url)}
            <NotesField id=id("notes") value=values.notes maxlength=MAX_CONTACT_NOTES_LEN error />
            <FormError error />
            <div class="section-actions">
                <SubmitButton label pending_label kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
    }
    .into_any()
}
