//! The email domains of an organization.

use super::{Section, api::change_domains::ChangeDomains};
use crate::{
    server::flash,
    ui::{ButtonKind, Field, FormError, FormSuccess, RowButton, SubmitButton, field_error},
};
use domain::tenants::EmailDomain;
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/change_domains";
/// Maximum length of a domain name in the form.
const MAX_INPUT_LEN: u32 = 230;

#[component]
pub fn DomainsSection(
    slug: String,
    domains: Vec<EmailDomain>,
    /// Whether people can sign in with a provider of the organization.
    has_sign_in: bool,
) -> impl IntoView {
    let failed_id = flash::form_value(ACTION, "domain_id");
    let failed = flash::error_for(ACTION);
    let add_error = Signal::stored(failed.clone().filter(|_| failed_id.is_empty()));
    let saved = Signal::stored(flash::succeeded(ACTION));
    let has_domains = !domains.is_empty();
    let rows = domains
        .into_iter()
        .map(|domain| {
            let error = failed.clone().filter(|_| failed_id == domain.id.to_string());
            view! { <DomainRow slug=slug.clone() domain has_sign_in error=error.map(|error| error.0.detail) /> }
        })
        .collect_view();
    view! {
        <Section
            id="domains"
            title="Email domains"
            description="People with a confirmed address in one of these domains can join as members without an invitation."
        >
            <FormSuccess when=saved text="Saved." />
            {has_domains.then(|| view! { <ul class="row-list member-list">{rows}</ul> })}
            <form method="post" action=ChangeDomains::url()>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="change" value="add" />
                <Field
                    name="domain"
                    label="Domain"
                    value=if add_error.read_untracked().is_some() { flash::form_value(ACTION, "domain") } else { String::new() }
                    maxlength=MAX_INPUT_LEN
                    hint="For example students.example.org. You prove that it is yours with a DNS record."
                    error=field_error(add_error, "domain")
                />
                <FormError error=add_error />
                <div>
                    <SubmitButton label="Add domain" pending_label="Adding" kind=ButtonKind::Line />
                </div>
            </form>
        </Section>
    }
    .into_any()
}

#[component]
fn DomainRow(slug: String, domain: EmailDomain, has_sign_in: bool, error: Option<String>) -> impl IntoView {
    let name = domain.domain;
    let id = domain.id.to_string();
    let state = match domain.verified_at {
        Some(at) => format!("Verified on {}", at.format("%-d %B %Y")),
        None => "Not verified yet: no one can join with it.".to_owned(),
    };
    let record = domain.verified_at.is_none().then(|| {
        view! {
            <p class="mt-2">"Add this TXT record to the DNS of the domain, then verify it."</p>
            <dl class="dns-record">
                <dt>"Name"</dt>
                <dd>
                    <code>{domain.record_name}</code>
                </dd>
                <dt>"Value"</dt>
                <dd>
                    <code>{domain.record_value}</code>
                </dd>
            </dl>
        }
    });
    let consequence = match (domain.verified_at, has_sign_in) {
        (None, _) => format!("No one can join by {name} yet. To add it again, you need a new DNS record."),
        (Some(_), false) => {
            format!(
                "People with an address at {name} can no longer join without an invitation. Members stay."
            )
        }
        (Some(_), true) => format!(
            "Members with an address at {name} can no longer sign in with single sign-on, and need another way, such as a password. Others can no longer join without an invitation. Members stay.",
        ),
    };
    let verify = domain.verified_at.is_none().then(|| {
        view! {
            <form method="post" action=ChangeDomains::url()>
                <input type="hidden" name="slug" value=slug.clone() />
                <input type="hidden" name="domain_id" value=id.clone() />
                <input type="hidden" name="change" value="verify" />
                <RowButton label="Verify" aria_label=format!("Verify {name}") class="btn-line" />
            </form>
        }
    });
    view! {
        <li>
            <div>
                <b>{name.clone()}</b>
                <p>{state}</p>
                {record}
                {error.map(|error| view! { <p class="field-error" role="alert">{error}</p> })}
            </div>
            {verify}
            <details class="stage-delete">
                <summary class="btn btn-quiet btn-sm" aria-label=format!("Delete {name}")>
                    "Delete"
                </summary>
                <form method="post" action=ChangeDomains::url()>
                    <input type="hidden" name="slug" value=slug.clone() />
                    <input type="hidden" name="domain_id" value=id.clone() />
                    <input type="hidden" name="change" value="delete" />
                    <p>{consequence}</p>
                    <RowButton label="Delete domain" aria_label=format!("Delete domain {name}") class="btn-error" />
                </form>
            </details>
        </li>
    }
    .into_any()
}
