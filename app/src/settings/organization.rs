//! Name and address of an organization, leaving it, and its deletion.

use super::{
    Section,
    api::{
        delete_organization::DeleteOrganization, leave_organization::LeaveOrganization,
        update_organization::UpdateOrganization,
    },
    confirm_password::ConfirmPassword,
    domains::DomainsSection,
    identity_provider::IdentityProviderSection,
    load::{OrganizationData, SignInSettings},
};
use crate::{
    jobapps::{
        copy_choice::CopyChoice,
        copy_form::{CopyForm, PersonalCounts},
    },
    server::flash,
    ui::{ButtonKind, Field, FormError, FormSuccess, SubmitButton, field_error},
};
use domain::{
    jobapps::JobApplication,
    routes::{Route, SettingsSection},
    tenants::{Action, MAX_SLUG_LEN, MAX_TENANT_NAME_LEN, TenantKind, may},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

#[component]
pub fn OrganizationSection(data: OrganizationData) -> impl IntoView {
    let OrganizationData {
        tenant,
        has_password,
        personal,
        applications,
        sign_in,
        other_members,
    } = data;
    if tenant.kind == TenantKind::Personal {
        return view! { <PersonalSection /> }.into_any();
    }
    let may_change = may(tenant.role, Action::ManageWorkspace);
    let (slug, name) = (tenant.slug, tenant.name);
    let details = if may_change {
        view! { <DetailsForm slug=slug.clone() name=name.clone() /> }.into_any()
    } else {
        view! {
            <p>
                <b>{name.clone()}</b>
            </p>
            <p class="text-ink-2">"Owners and admins can change it."</p>
        }
        .into_any()
    };
    view! {
        <Section id="organization" title="Organization" description="Its name and its address, for all members.">
            {details}
        </Section>
        {sign_in
            .map(|sign_in| {
                let SignInSettings { domains, provider, callback_url } = sign_in;
                let has_sign_in = provider.as_ref().is_some_and(|provider| provider.activated_at.is_some());
                view! {
                    <DomainsSection slug=slug.clone() domains has_sign_in />
                    <IdentityProviderSection slug=slug.clone() provider callback_url />
                }
            })}
        {personal.map(|counts| view! { <CopySection slug=slug.clone() counts applications /> })}
        <LeaveSection slug=slug.clone() name=name.clone() has_applications=personal.is_some() />
        {other_members.map(|other_members| view! { <DeleteSection slug name has_password other_members /> })}
    }
    .into_any()
}

#[component]
fn PersonalSection() -> impl IntoView {
    view! {
        <Section
            id="organization"
            title="Organization"
            description="A workspace that you share with others, such as a career center or a course."
        >
            <p>"This is your personal workspace. Only you are in it."</p>
            <p>
                <a class="btn btn-line" href=Route::NewOrganization.to_string()>
                    "New organization"
                </a>
            </p>
        </Section>
    }
    .into_any()
}

#[component]
fn DetailsForm(slug: String, name: String) -> impl IntoView {
    const ACTION: &str = "settings/update_organization";
    let rejected = flash::error_for(ACTION);
    let was_rejected = rejected.is_some();
    let initial_value = move |field: &str, current: String| {
        if was_rejected {
            flash::form_value(ACTION, field)
        } else {
            current
        }
    };
    let error = Signal::stored(rejected);
    let saved = Signal::stored(flash::succeeded(ACTION));
    view! {
        <form method="post" action=UpdateOrganization::url() data-fetch>
            <input type="hidden" name="slug" value=slug.clone() />
            <Field
                name="name"
                label="Name"
                value=initial_value("name", name)
                maxlength=u32::try_from(MAX_TENANT_NAME_LEN).unwrap_or_default()
                error=field_error(error, "name")
            />
            <Field
                name="new_slug"
                label="Address"
                value=initial_value("new_slug", slug)
                maxlength=u32::try_from(MAX_SLUG_LEN).unwrap_or_default()
                hint="Part of its links. Links with the earlier address stop working."
                error=field_error(error, "new_slug")
            />
            <FormError error />
            <FormSuccess when=saved text="Saved." />
            <div>
                <SubmitButton label="Save" pending_label="Saving" kind=ButtonKind::Line />
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn CopySection(slug: String, counts: PersonalCounts, applications: Vec<JobApplication>) -> impl IntoView {
    let content = if counts.0 > 0 {
        view! {
            <CopyForm slug=slug.clone() counts page="settings" />
            <CopyChoice slug applications />
        }
        .into_any()
    } else {
        view! { <p class="text-ink-2">"Your personal workspace has no applications that are not here yet."</p> }.into_any()
    };
    view! {
        <Section
            id="copy-applications"
            title="Copy applications"
            description="Copies them from your personal workspace, with history, notes, contacts and files. They stay there, too; emails are not copied. Nothing is copied twice."
        >
            {content}
        </Section>
    }
    .into_any()
}

#[component]
fn LeaveSection(
    slug: String,
    name: String,
    /// Whether the user may have applications here.
    has_applications: bool,
) -> impl IntoView {
    let error = Signal::stored(flash::error_for("settings/leave_organization"));
    let data = Route::Settings(slug.clone(), SettingsSection::Data).to_string();
    let choice = |value: &'static str, title: &'static str, text: String, checked: bool| {
        view! {
            <label>
                <input type="radio" class="radio" name="take_along" value=value checked=checked />
                <span>
                    <b>{title}</b>
                    <small>{text}</small>
                </span>
            </label>
        }
    };
    view! {
        <Section
            id="leave-organization"
            title="Leave organization"
            description="You lose access immediately. Your other workspaces are not affected."
        >
            <details class="confirm" open=error.read_untracked().is_some()>
                <summary class="btn btn-line">"Leave organization"</summary>
                <form method="post" action=LeaveOrganization::url() data-fetch>
                    <input type="hidden" name="slug" value=slug />
                    <fieldset class="take-along">
                        <legend>"Your applications"</legend>
                        {choice(
                            "move",
                            "Move to my personal workspace",
                            "With history, notes, contacts, interviews, tasks and files. Emails and comments are deleted.".to_owned(),
                            has_applications,
                        )}
                        {choice(
                            "none",
                            "Leave without them",
                            format!("Your applications, notes, files and emails in {name} are deleted."),
                            !has_applications,
                        )}
                    </fieldset>
                    <p>
                        "This cannot be undone. If you want a copy of everything, " <a class="link" href=data>
                            "download your data"
                        </a> " first."
                    </p>
                    <FormError error />
                    <div>
                        <SubmitButton label="Leave now" pending_label="Leaving" kind=ButtonKind::Danger />
                    </div>
                </form>
            </details>
        </Section>
    }
    .into_any()
}

#[component]
fn DeleteSection(
    slug: String,
    name: String,
    has_password: bool,
    /// Members other than the user.
    other_members: i64,
) -> impl IntoView {
    let others = match other_members {
        0 => None,
        1 => Some("One other member loses access immediately and gets an email.".to_owned()),
        n => Some(format!(
            "{n} other members lose access immediately and get an email."
        )),
    };
    let error = Signal::stored(flash::error_for("settings/delete_organization"));
    view! {
        <Section
            id="delete-organization"
            title="Delete organization"
            description="Moves the applications of all members to their personal workspaces, then deletes the organization."
        >
            <details class="confirm" open=error.read_untracked().is_some()>
                <summary class="btn btn-line">"Delete organization"</summary>
                <form method="post" action=DeleteOrganization::url() data-fetch>
                    <input type="hidden" name="workspace" value=slug.clone() />
                    <p>
                        {format!(
                            "This closes {name} immediately for all members. Each member's applications move to their personal workspace, with history, notes, contacts, interviews, tasks and files. Emails, comments, groups and everything else in {name} are deleted. It cannot be undone.",
                        )}
                    </p>
                    {others.map(|others| view! { <p>{others}</p> })}
                    <Field
                        name="slug"
                        label="Address"
                        hint=format!("Type {slug} to confirm.")
                        maxlength=64
                        error=field_error(error, "slug")
                    />
                    {has_password.then(|| view! { <ConfirmPassword error /> })}
                    <FormError error />
                    <div>
                        <SubmitButton label="Delete organization" pending_label="Deleting" kind=ButtonKind::Danger />
                    </div>
                </form>
            </details>
        </Section>
    }
    .into_any()
}
