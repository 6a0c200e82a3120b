//! The form that invites many people, and the result for each line.

use super::Section;
use crate::{
    error::AppError,
    organizations::{GroupField, labels::role_name},
    server::flash,
    ui::{ButtonKind, Field, FormError, Icon, Lucide, SubmitButton, field_error},
};
use domain::{
    routes::{Route, SettingsSection},
    tenants::{Group, MAX_BULK_INVITATIONS, MAX_INVITATION_MESSAGE_LEN, Role},
};
use leptos::prelude::*;

const ACTION: &str = "settings/invite_members";

#[component]
pub fn BulkInviteSection(slug: String, groups: Vec<Group>) -> impl IntoView {
    let error: Signal<Option<AppError>> = Signal::stored(flash::error_for(ACTION));
    let value = |field: &str| flash::form_value(ACTION, field);
    let chosen = Role::parse(&value("role")).unwrap_or(Role::Member);
    let action = format!("{}/invite", Route::Settings(slug, SettingsSection::Members));
    let addresses_error = field_error(error, "addresses");
    view! {
        <Section
            id="invite-many"
            title="Invite many"
            description="Paste addresses, or choose a text or CSV file. A CSV file can have the columns email, role and group."
        >
            <Report />
            <form method="post" action=action enctype="multipart/form-data">
                <div class="field">
                    <label for="invite-addresses">"Addresses"</label>
                    <textarea
                        class="input note-input"
                        id="invite-addresses"
                        name="addresses"
                        rows="6"
                        aria-describedby="invite-addresses-hint"
                    >
                        {value("addresses")}
                    </textarea>
                    {move || addresses_error.get().map(|text| view! { <p class="field-error">{text}</p> })}
                    <p class="field-hint" id="invite-addresses-hint">
                        {format!("Up to {MAX_BULK_INVITATIONS}, separated by lines, commas or semicolons.")}
                    </p>
                </div>
                <div class="field">
                    <label for="invite-file">"Or a file"</label>
                    <input
                        class="file-input"
                        id="invite-file"
                        type="file"
                        name="file"
                        accept=".csv,.tsv,.txt,text/csv,text/plain"
                        aria-describedby="invite-file-hint"
                    />
                    <p class="field-hint" id="invite-file-hint">
                        {format!("A text or CSV file with up to {MAX_BULK_INVITATIONS} addresses. Leave the field above empty then.")}
                    </p>
                </div>
                <div class="field">
                    <label for="invite-many-role">"Role for lines without one"</label>
                    <select class="select" id="invite-many-role" name="role">
                        {Role::INVITABLE
                            .map(|role| {
                                view! {
                                    <option value=role.as_str() selected=role == chosen>
                                        {role_name(role)}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </div>
                <GroupField
                    id="invite-many-group"
                    label="Group for lines without one"
                    groups
                    chosen=value("group_id").parse().ok()
                />
                <Field
                    name="message"
                    label="Message"
                    id="invite-many-message"
                    value=value("message")
                    maxlength=u32::try_from(MAX_INVITATION_MESSAGE_LEN).unwrap_or_default()
                    optional=true
                    error=field_error(error, "message")
                />
                <FormError error />
                <div>
                    <SubmitButton label="Send invitations" pending_label="Sending" kind=ButtonKind::Line />
                </div>
            </form>
        </Section>
    }
    .into_any()
}

/// The results for the submitted addresses.
#[component]
fn Report() -> impl IntoView {
    if !flash::succeeded(ACTION) {
        return ().into_any();
    }
    let summary = flash::form_value(ACTION, "summary");
    let is_to_correct = !flash::form_value(ACTION, "addresses").is_empty();
    let rows: Vec<_> = flash::form_value(ACTION, "rows")
        .lines()
        .map(|line| {
            let cells = line.split('\t').map(|cell| view! { <td>{cell.to_owned()}</td> });
            view! { <tr>{cells.collect_view()}</tr> }
        })
        .collect();
    let (class, icon) = if flash::form_value(ACTION, "failed") == "0" {
        ("form-success", Lucide::Check)
    } else {
        ("settings-status", Lucide::CircleAlert)
    };
    let table = (!rows.is_empty()).then(|| {
        view! {
            <div class="table-frame" tabindex="0" role="region" aria-label="Addresses that were not invited, or were invited again">
                <table class="application-table">
                    <thead>
                        <tr>
                            <th scope="col">"Line"</th>
                            <th scope="col">"Address"</th>
                            <th scope="col">"Result"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <p class=class id="invite-many-status" role="status" tabindex="-1">
            <Icon of=icon />
            <span>{summary}</span>
        </p>
        {table}
        {is_to_correct
            .then(|| view! { <p class="text-ink-2">"Lines to correct and send again are in the field below."</p> })}
    }
    .into_any()
}
