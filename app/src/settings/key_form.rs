//! The form that creates an API key.

use super::{api::add_api_key::AddApiKey, confirm_password::ConfirmPassword};
use crate::{
    server::flash,
    ui::{ButtonKind, Field, FormError, SubmitButton, field_error},
};
use domain::{
    keys::MAX_KEY_NAME_LEN,
    scopes::Scope,
    tenants::{Action, Role, may},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/add_api_key";
/// Lifetimes of a key: number of days, or empty for no expiry, and label.
const EXPIRIES: [(&str, &str); 4] = [
    ("30", "In 30 days"),
    ("90", "In 90 days"),
    ("365", "In a year"),
    ("", "Never"),
];
const DEFAULT_EXPIRY: &str = "90";

#[component]
pub fn KeyForm(
    slug: String,
    /// The role of the user in the workspace.
    role: Role,
    has_password: bool,
) -> impl IntoView {
    let failed = flash::error_for(ACTION);
    let is_rejected = failed.is_some();
    let error = Signal::stored(failed);
    let value = move |field: &str| {
        if is_rejected {
            flash::form_value(ACTION, field)
        } else {
            String::new()
        }
    };
    let chosen = value("scopes");
    let expiry = if is_rejected {
        value("expires_in")
    } else {
        DEFAULT_EXPIRY.to_owned()
    };
    let scopes_error = field_error(error, "scopes");
    let mut areas: Vec<&str> = Scope::ALL.iter().map(|scope| scope.area()).collect();
    areas.dedup();
    let has_choices = move |area: &&str| {
        Scope::ALL
            .iter()
            .any(|scope| scope.area() == *area && is_usable(*scope, role))
    };
    view! {
        <form method="post" action=AddApiKey::url()>
            <input type="hidden" name="slug" value=slug />
            <Field
                name="name"
                label="Name"
                id="api-key-name"
                value=value("name")
                hint="What the key is for, such as “Nightly export”."
                maxlength=u32::try_from(MAX_KEY_NAME_LEN).unwrap_or_default()
                error=field_error(error, "name")
            />
            {areas
                .into_iter()
                .filter(has_choices)
                .map(|area| view! { <Area area role chosen=chosen.clone() /> })
                .collect_view()}
            {move || scopes_error.get().map(|text| view! { <p class="field-error" role="alert">{text}</p> })}
            <p class="field-hint">"Writing does not include reading. No key can access passwords, sessions, roles or API keys."</p>
            <div class="field">
                <label for="api-key-expiry">"Expires"</label>
                <select class="select" id="api-key-expiry" name="expires_in">
                    {EXPIRIES
                        .map(|(days, label)| {
                            view! {
                                <option value=days selected=days == expiry>
                                    {label}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
            {has_password.then(|| view! { <ConfirmPassword error is_optional=true /> })}
            <FormError error />
            <div>
                <SubmitButton label="Create key" pending_label="Creating" kind=ButtonKind::Line />
            </div>
        </form>
    }
    .into_any()
}

/// Whether a user with this role can use a key with this scope.
const fn is_usable(scope: Scope, role: Role) -> bool {
    !matches!(scope, Scope::MembersManage)
        || may(role, Action::ManageMembers)
        || may(role, Action::ManageGroups)
}

/// The description of the scope for a user with this role.
const fn label_for(scope: Scope, role: Role) -> &'static str {
    match scope {
        Scope::AuditRead if !may(role, Action::ReadAudit) => {
            "Read the access log: who looked at your applications"
        }
        Scope::MembersManage if !may(role, Action::ManageMembers) => "Manage groups",
        _ => scope.label(),
    }
}

/// The scopes of one area.
#[component]
fn Area(area: &'static str, role: Role, chosen: String) -> impl IntoView {
    let choices = Scope::ALL
        .iter()
        .filter(|scope| scope.area() == area && is_usable(**scope, role))
        .map(|scope| {
            let name = scope.as_str();
            let is_chosen = chosen.split(' ').any(|other| other == name);
            view! {
                <li>
                    <label class="group-choice">
                        <input type="checkbox" name="scopes[]" value=name checked=is_chosen />
                        <span>
                            {label_for(*scope, role)} " " <code>{name}</code>
                        </span>
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <fieldset class="group-members scope-area">
            <legend>{area}</legend>
            <ul>{choices}</ul>
        </fieldset>
    }
    .into_any()
}
