//! A member, and a pending invitation, with the forms that change them.

use super::api::change_members::ChangeMembers;
use crate::{
    organizations::labels::role_name,
    ui::{RowButton, initials},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::tenants::{Invitation, Member, Role, may_change_member};
use leptos::{prelude::*, server_fn::ServerFn as _};

#[component]
pub fn MemberRow(
    slug: String,
    member: Member,
    /// The role of the user who views the page.
    role: Role,
    /// Whether this is the user who views the page.
    is_self: bool,
) -> impl IntoView {
    let name = member.name.clone();
    let id = member.user_id.to_string();
    let may_change = may_change_member(role, member.role, None);
    let roles = Role::ALL
        .into_iter()
        .filter(move |new| may_change_member(role, member.role, Some(*new)));
    let controls = if may_change {
        let (change_slug, remove_slug) = (slug.clone(), slug);
        let (change_id, remove_id) = (id.clone(), id);
        view! {
            <form class="member-form" method="post" action=ChangeMembers::url()>
                <input type="hidden" name="slug" value=change_slug />
                <input type="hidden" name="user_id" value=change_id />
                <input type="hidden" name="change" value="role" />
                <select class="select select-sm" name="role" aria-label=format!("Role of {name}")>
                    {roles
                        .map(|option| {
                            view! {
                                <option value=option.as_str() selected=option == member.role>
                                    {role_name(option)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
                <RowButton label="Save" aria_label=format!("Save the role of {name}") class="btn-line" />
            </form>
            {(!is_self)
                .then(|| {
                    view! {
                        <details class="stage-delete">
                            <summary class="btn btn-quiet btn-sm" aria-label=format!("Remove {name}")>
                                "Remove"
                            </summary>
                            <form method="post" action=ChangeMembers::url()>
                                <input type="hidden" name="slug" value=remove_slug />
                                <input type="hidden" name="user_id" value=remove_id />
                                <input type="hidden" name="change" value="remove" />
                                <p>
                                    {format!(
                                        "The applications of {name} move to their personal workspace, with history, notes, contacts, interviews, tasks and files. Their emails and comments in this organization are deleted. {name} gets an email. This cannot be undone.",
                                    )}
                                </p>
                                <RowButton label="Remove member" aria_label=format!("Remove member {name}") class="btn-error" />
                            </form>
                        </details>
                    }
                })}
        }
        .into_any()
    } else {
        view! { <span class="text-xs text-ink-3">{role_name(member.role)}</span> }.into_any()
    };
    view! {
        <li>
            <span class="user-avatar" aria-hidden="true">
                {initials(&member.name)}
            </span>
            <div>
                <b>{member.name.clone()}</b>
                {is_self.then_some(" (you)")}
                {member.email.map(|email| view! { <p>{email}</p> })}
            </div>
            {controls}
        </li>
    }
    .into_any()
}

#[component]
pub fn InvitationRow(
    slug: String,
    invitation: Invitation,
    /// The name of the group that the invited person joins.
    group: Option<String>,
    now: DateTime<Utc>,
) -> impl IntoView {
    let email = invitation.email;
    let expiry = expiry_text(invitation.expires_at - now);
    let group = group.map_or_else(String::new, |name| format!(", group “{name}”"));
    let details = format!(
        "{}{group}, invited by {}, {expiry}",
        role_name(invitation.role),
        invitation.invited_by
    );
    let (resend_slug, revoke_slug) = (slug.clone(), slug);
    view! {
        <li>
            <div>
                <b>{email.clone()}</b>
                <p>{details}</p>
            </div>
            <form method="post" action=ChangeMembers::url()>
                <input type="hidden" name="slug" value=resend_slug />
                <input type="hidden" name="email" value=email.clone() />
                <input type="hidden" name="role" value=invitation.role.as_str() />
                <input type="hidden" name="message" value=invitation.message.unwrap_or_default() />
                <input type="hidden" name="change" value="resend" />
                <RowButton label="Send again" aria_label=format!("Send again: the invitation to {email}") class="btn-line" />
            </form>
            <form method="post" action=ChangeMembers::url()>
                <input type="hidden" name="slug" value=revoke_slug />
                <input type="hidden" name="invitation_id" value=invitation.id.to_string() />
                <input type="hidden" name="email" value=email.clone() />
                <input type="hidden" name="change" value="revoke" />
                <RowButton label="Revoke" aria_label=format!("Revoke the invitation to {email}") class="btn-quiet" />
            </form>
        </li>
    }
    .into_any()
}

/// The remaining validity of an invitation in days, rounded up, so that an invitation for seven days initially shows seven.
fn expiry_text(left: TimeDelta) -> String {
    let hours_above = |days: i64| left > TimeDelta::days(days);
    match left.num_days() + i64::from(hours_above(left.num_days())) {
        ..=1 => "expires within a day".to_owned(),
        n => format!("expires in {n} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_counts_the_day_that_has_begun() {
        let text = |minutes| expiry_text(TimeDelta::minutes(minutes));
        let day = 24 * 60;
        assert_eq!(text(7 * day), "expires in 7 days");
        assert_eq!(text(7 * day - 1), "expires in 7 days");
        assert_eq!(text(6 * day), "expires in 6 days");
        assert_eq!(text(day + 1), "expires in 2 days");
        assert_eq!(text(day), "expires within a day");
        assert_eq!(text(-1), "expires within a day");
    }
}
