//! The contacts of an application, with the forms that add, link, change, remove and delete them.

use super::{
    actions::ConfirmDialog, contact_form::ContactForm, contact_form::is_rejected, details::EditSummary,
    facts_section::FactsSection, page::PageContext,
};
use crate::{
    error::AppError,
    server::flash,
    ui::{ButtonKind, FormError, Icon, IconSize, Lucide, SubmitButton, initials},
};
use domain::contacts::Contact;
use leptos::prelude::*;
use service::contacts::ContactChoice;
use std::fmt::Write as _;

const LINK: &str = "jobapps/link_contact";

#[component]
pub fn Contacts(
    page: PageContext,
    /// Sorted by name.
    contacts: Vec<Contact>,
    /// The other contacts of the user.
    choices: Vec<ContactChoice>,
) -> impl IntoView {
    let rows = contacts
        .into_iter()
        .map(|contact| view! { <Row page=page.clone() contact /> }.into_any())
        .collect();
    let add = page.may_write.then(|| {
        let is_open = is_rejected(None) || flash::error_for(LINK).is_some();
        let link = (!choices.is_empty()).then(|| view! { <LinkForm page=page.clone() choices /> });
        view! {
            <details class="section-edit" id="add-contact" open=is_open>
                <EditSummary verb="Add" label=" contact" />
                <div class="section-form">
                    {link}
                    <ContactForm page=page.clone() contact=None />
                </div>
            </details>
        }
        .into_any()
    });
    let empty = if page.may_write {
        "None yet. Add the people you talk to."
    } else {
        "None yet."
    };
    view! {
        <FactsSection id="contacts" title="Contacts" add rows empty />
    }
    .into_any()
}

/// The form that links an existing contact.
#[component]
fn LinkForm(page: PageContext, choices: Vec<ContactChoice>) -> impl IntoView {
    let error: Signal<Option<AppError>> = Signal::stored(flash::error_for(LINK));
    let options = choices.into_iter().map(|choice| {
        let text = match choice.company {
            Some(company) => format!("{}, {company}", choice.name),
            None => choice.name,
        };
        view! { <option value=choice.id.to_string()>{text}</option> }
    });
    view! {
        <form class="contact-link-form" method="post" action=format!("/_fn/{LINK}") data-fetch>
            {page.hidden_inputs()}
            <div class="field">
                <label for="contact-choice">"A contact you have"</label>
                <select class="select" id="contact-choice" name="contact_id">
                    {options.collect_view()}
                </select>
            </div>
            <FormError error />
            <div class="section-actions">
                <SubmitButton label="Add this contact" pending_label="Adding" kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
        <p class="contact-or">"Or a new one:"</p>
    }
    .into_any()
}

#[component]
fn Row(page: PageContext, contact: Contact) -> impl IntoView {
    let details = [contact.role.clone(), contact.company.clone()];
    let details: Vec<String> = details.into_iter().flatten().collect();
    let details =
        (!details.is_empty()).then(|| view! { <p class="text-ink-2 contact-role">{details.join(" · ")}</p> });
    let email = contact.email.clone().map(|email| {
        let href = mailto(&email);
        view! {
            <a class="link" href=href>
                <Icon of=Lucide::Mail size=IconSize::Small />
                <span>{email}</span>
            </a>
        }
    });
    let phone = contact.phone.clone().map(|phone| {
        let icon = view! { <Icon of=Lucide::Phone size=IconSize::Small /> };
        match tel(&phone) {
            Some(href) => view! { <a class="link" href=href>{icon}<span>{phone}</span></a> }.into_any(),
            None => view! { <span class="contact-phone">{icon}<span>{phone}</span></span> }.into_any(),
        }
    });
    let url = contact.url.clone().map(|url| {
        let host = url.split('/').nth(2).unwrap_or(&url).to_owned();
        view! {
            <a class="link" href=url rel="noopener noreferrer nofollow" target="_blank">
                <Icon of=Lucide::ExternalLink size=IconSize::Small />
                <span>
                    {host} <span class="sr-only">", opens in a new tab"</span>
                </span>
            </a>
        }
    });
    let has_links = email.is_some() || phone.is_some() || url.is_some();
    let links = has_links.then(|| view! { <div class="contact-links">{email} {phone} {url}</div> });
    let notes = contact
        .notes
        .clone()
        .map(|notes| view! { <p class="agenda-notes">{notes}</p> });
    let avatar = initials(&contact.name);
    let name = contact.name.clone();
    let actions = page
        .may_write
        .then(|| view! { <RowActions page=page.clone() contact /> });
    view! {
        <li class="contact-row">
            <span class="contact-avatar" aria-hidden="true">
                {avatar}
            </span>
            <div class="agenda-row">
                <p class="agenda-title">
                    <b>{name}</b>
                </p>
                {details}
                {links}
                {notes}
                {actions}
            </div>
        </li>
    }
    .into_any()
}

/// The form that changes the contact, and the buttons that remove it from this application and that delete it.
#[component]
fn RowActions(page: PageContext, contact: Contact) -> impl IntoView {
    let dialog_id = format!("delete-contact-{}", contact.id);
    let id = contact.id.to_string();
    let others = contact.jobapp_ids.iter().filter(|id| **id != page.id).count();
    let text = match others {
        0 => format!("{} is deleted. You can't restore it.", contact.name),
        1 => format!(
            "{} is also removed from another application. You can't restore it.",
            contact.name
        ),
        n => format!(
            "{} is also removed from {n} other applications. You can't restore it.",
            contact.name
        ),
    };
    let is_open = is_rejected(Some(&contact));
    let unlink_label = format!("Remove {} from this application", contact.name);
    view! {
        <details class="section-edit" id=format!("edit-contact-{id}") open=is_open>
            <EditSummary label=format!(" {}", contact.name) />
            <div class="section-form">
                <ContactForm page=page.clone() contact=Some(contact) />
                <form method="post" action="/_fn/jobapps/unlink_contact">
                    {page.hidden_inputs()}
                    <input type="hidden" name="contact_id" value=id.clone() />
                    <button class="btn btn-quiet btn-sm" type="submit" aria-label=unlink_label>
                        <Icon of=Lucide::X size=IconSize::Small />
                        "Remove from this application"
                    </button>
                </form>
                <button class="btn btn-quiet btn-sm" type="button" popovertarget=dialog_id.clone()>
                    <Icon of=Lucide::Trash size=IconSize::Small />
                    "Delete contact…"
                </button>
            </div>
        </details>
        <ConfirmDialog
            id=dialog_id
            title="Delete this contact?"
            text
            action="/_fn/jobapps/delete_contact"
            label="Delete contact"
        >
            {page.hidden_inputs()}
            <input type="hidden" name="contact_id" value=id />
        </ConfirmDialog>
    }
    .into_any()
}

/// The `mailto:` link. Characters with a special meaning in such links are escaped.
fn mailto(email: &str) -> String {
    let mut link = String::from("mailto:");
    for byte in email.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@+".contains(&byte) {
            link.push(byte.into());
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

/// The `tel:` link, without extension and notes; `None` if the text contains no phone number.
fn tel(phone: &str) -> Option<String> {
    let mut number = String::new();
    for c in phone.chars() {
        match c {
            '+' if number.is_empty() => number.push(c),
            '0'..='9' => number.push(c),
            ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' => {}
            _ if number.len() > 2 => break,
            _ => return None,
        }
    }
    (number.len() > 2).then(|| format!("tel:{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_link_has_only_the_number() {
        for (phone, link) in [
            ("+49 (30) 5550-1417", Some("tel:+493055501417")),
            ("030/1417 ext. 12", Some("tel:0301417")),
            ("ask the front desk", None),
            ("1", None),
            ("javascript:123", None),
        ] {
            assert_eq!(tel(phone).as_deref(), link, "{phone}");
        }
    }

    #[test]
    fn email_link_has_no_further_headers() {
        assert_eq!(mailto("ilse+jobs@example.org"), "mailto:ilse+jobs@example.org");
        assert_eq!(
            mailto("a?cc=b&c%@example.org"),
            "mailto:a%3Fcc%3Db%26c%25@example.org"
        );
    }
}
