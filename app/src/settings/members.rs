//! The members of an organization and its pending invitations.

use super::{
    Section,
    api::change_members::ChangeMembers,
    bulk_invite::BulkInviteSection,
    email::ResendForm,
    load::MembersData,
    member_filters::{InvitationPages, MemberFilterForm, MemberPages},
    member_row::{InvitationRow, MemberRow},
};
use crate::{
    error::AppError,
    organizations::{GroupField, labels::role_name},
    server::flash,
    ui::{ButtonKind, Field, FormError, Icon, Lucide, SubmitButton, count, field_error},
};
use domain::{
    routes::{Route, SettingsSection},
    tenants::{Action, Group, MAX_INVITATION_MESSAGE_LEN, Role, may},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// The endpoint of all forms.
const ACTION: &str = "settings/change_members";

/// The content in a personal workspace.
#[component]
pub fn NoMembersSection() -> impl IntoView {
    view! {
        <Section
            id="members"
            title="Members"
            description="People who share a workspace. Each tracks their own applications."
        >
            <p>"This is your personal workspace. Create an organization to invite others."</p>
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
pub fn MembersSection(data: MembersData) -> impl IntoView {
    let MembersData {
        tenant,
        user,
        is_demo,
        filters,
        members,
        invitations,
        groups,
        now,
    } = data;
    let change = flash::form_value(ACTION, "change");
    let error_of = |changes: &[&str]| {
        let failed = flash::error_for(ACTION);
        Signal::stored(failed.filter(|_| changes.contains(&change.as_str())))
    };
    let invite_error = error_of(&["invite"]);
    let invitation_error = error_of(&["resend", "revoke"]);
    let list_error = error_of(&["role", "remove", ""]);
    let is_about_invitations = matches!(change.as_str(), "invite" | "resend" | "revoke");
    let is_alone = members.total == 1 && filters.is_empty();
    let (slug, role) = (tenant.slug, tenant.role);
    let description = if may(role, Action::ReadGroups) {
        "Who is in this organization. Changes take effect immediately. Members do not see each other."
    } else {
        "You, and the people who run this organization. Other members do not see you, and you do not see them."
    };
    let page = Route::Settings(slug.clone(), SettingsSection::Members).to_string();
    let has_emails = may(role, Action::ManageMembers);
    let form = (!is_alone).then(|| {
        let (page, filters) = (page.clone(), filters.clone());
        view! { <MemberFilterForm page filters total=members.total has_emails /> }
    });
    let next_cursor = members.pagination.and_then(|pagination| pagination.next_cursor);
    let is_missing = members.data.is_empty();
    let rows = members
        .data
        .into_iter()
        .map(|member| {
            let is_self = member.user_id == user.id;
            view! { <MemberRow slug=slug.clone() member role is_self /> }
        })
        .collect_view();
    let invitation_filters = (page.clone(), filters.clone());
    let managed = invitations.map(|invitations| {
        let (page, filters) = invitation_filters;
        let next_cursor = invitations.pagination.and_then(|pagination| pagination.next_cursor);
        let total = (invitations.total > 0).then(|| {
            let text = count(invitations.total, "invitation is pending", "invitations are pending");
            view! { <p class="text-ink-2">{format!("{text}.")}</p> }
        });
        let pending = if invitations.data.is_empty() {
            let text = if invitations.total > 0 {
                "No further invitation is pending. Go back to the first page."
            } else {
                "No invitation is pending. Invite people above."
            };
            view! { <p class="text-ink-2">{text}</p> }.into_any()
        } else {
            let rows = invitations
                .data
                .into_iter()
                .map(|invitation| {
                    let group = groups.iter().find(|group| Some(group.id) == invitation.group_id);
                    let group = group.map(|group| group.name.clone());
                    view! { <InvitationRow slug=slug.clone() invitation group now /> }
                })
                .collect_view();
            view! { <ul class="row-list member-list">{rows}</ul> }.into_any()
        };
        let (bulk_slug, bulk_groups, next) = (slug.clone(), groups.clone(), page.clone());
        let notice = match (is_demo, user.email_verified) {
            (true, _) => Some(("A demo account cannot invite anyone. Create an account first.", None)),
            (false, true) => None,
            (false, false) => Some((
                "Confirm your email address before you invite others: open the link in the email we sent you, or send it again.",
                Some(view! { <ResendForm slug=slug.clone() next /> }),
            )),
        };
        let notice = notice.map(|(text, form)| {
            view! {
                <p class="settings-status">
                    <Icon of=Lucide::CircleAlert />
                    {text}
                </p>
                {form}
            }
        });
        view! {
            <Section id="invite" title="Invite" description="We send a link that works once, for this address, for seven days.">
                {notice}
                <InviteForm slug=slug.clone() groups error=invite_error />
            </Section>
            <BulkInviteSection slug=bulk_slug groups=bulk_groups />
            <Section
                id="invitations"
                title="Pending invitations"
                description="No one has accepted these yet. If you resend one, its earlier link stops working."
            >
                <FormError error=invitation_error />
                {is_about_invitations.then(|| view! { <Done id="invitation-status" /> })}
                {total}
                {pending}
                <InvitationPages page filters next_cursor />
            </Section>
        }
    });
    view! {
        <Section id="members" title="Members" description=description>
            <FormError error=list_error />
            {(!is_about_invitations).then(|| view! { <Done id="member-status" /> })}
            {form}
            {if is_missing {
                let part = if has_emails { "the name or the email address" } else { "the name" };
                view! { <p>{format!("No one matches. Search for a part of {part}, or choose another role.")}</p> }.into_any()
            } else {
                view! { <ul class="row-list member-list">{rows}</ul> }.into_any()
            }}
            <MemberPages page filters next_cursor />
            {is_alone.then(|| view! { <p class="text-ink-2">"No one else is here yet. Invite people by email below."</p> })}
        </Section>
        {managed}
    }
    .into_any()
}

/// The result of the form that led to this page. The URL fragment is its id, so the browser scrolls to it and focuses it.
#[component]
fn Done(id: &'static str) -> impl IntoView {
    flash::succeeded(ACTION).then(|| {
        view! {
            <p class="form-success" id=id role="status" tabindex="-1">
                <Icon of=Lucide::Check />
                <span>{flash::form_value(ACTION, "done")}</span>
            </p>
        }
    })
}

#[component]
fn InviteForm(slug: String, groups: Vec<Group>, error: Signal<Option<AppError>>) -> impl IntoView {
    let value = move |field: &str| {
        if error.read_untracked().is_some() {
            flash::form_value(ACTION, field)
        } else {
            String::new()
        }
    };
    let chosen = Role::parse(&value("role")).unwrap_or(Role::Member);
    view! {
        <form method="post" action=ChangeMembers::url()>
            <input type="hidden" name="slug" value=slug />
            <Field
                name="email"
                label="Email"
                kind="email"
                value=value("email")
                maxlength=254
                error=field_error(error, "email")
            />
            <div class="field">
                <label for="invite-role">"Role"</label>
                <select class="select" id="invite-role" name="role" aria-describedby="invite-role-hint">
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
                <p class="field-hint" id="invite-role-hint">
                    "Members track their applications and decide who sees them. Coaches see what members share. Admins manage members, stages and settings."
                </p>
            </div>
            <GroupField id="invite-group" label="Group" groups chosen=value("group_id").parse().ok() />
            <Field
                name="message"
                label="Message"
                value=value("message")
                maxlength=u32::try_from(MAX_INVITATION_MESSAGE_LEN).unwrap_or_default()
                optional=true
                error=field_error(error, "message")
            />
            <FormError error />
            <input type="hidden" name="change" value="invite" />
            <div>
                <SubmitButton label="Send invitation" pending_label="Sending" kind=ButtonKind::Line />
            </div>
        </form>
    }
    .into_any()
}
