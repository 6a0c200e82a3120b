//! Changes members and invitations of an organization.

use crate::error::AppError;
use leptos::prelude::*;

/// Applies the change named by the form and redirects back to the list, which reports the result: `role` and `remove` change a
/// member, `invite` invites an address, `resend` and `revoke` change an invitation.
#[server(prefix = "/_fn", endpoint = "settings/change_members")]
pub async fn change_members(
    slug: String,
    #[server(default)] change: String,
    #[server(default)] user_id: String,
    #[server(default)] role: String,
    #[server(default)] email: String,
    #[server(default)] message: String,
    #[server(default)] group_id: String,
    #[server(default)] invitation_id: String,
) -> Result<(), AppError> {
    use crate::{
        organizations::labels::role_name,
        server::{
            context::{client_info, require_workspace},
            respond::{page_done_with, redirect, respond_form},
        },
    };
    use domain::{
        InvitationId, UserId,
        routes::{Route, SettingsSection},
        tenants::{InvitationRef, InviteMemberInput, MemberRef, Role, UpdateMemberInput},
    };
    let action = "settings/change_members";
    let (services, caller) = require_workspace(&slug).await?;
    // The ids of the page parts to open after a rejected and after an accepted form.
    let (form, status) = match change.as_str() {
        "invite" => ("invite", "invitation-status"),
        "resend" | "revoke" => ("invitations", "invitation-status"),
        _ => ("members", "member-status"),
    };
    let part = |id| Route::SettingsPart(slug.clone(), SettingsSection::Members, id);
    let form_values = [
        ("change", change.as_str()),
        ("role", role.as_str()),
        ("email", email.as_str()),
        ("message", message.as_str()),
        ("group_id", group_id.as_str()),
    ];
    let (services, caller) = (&*services, &caller);
    let user_id = user_id.parse().unwrap_or(UserId(uuid::Uuid::nil()));
    let role = Role::parse(&role).unwrap_or(Role::Member);
    let mut is_gone = false;
    let result = match change.as_str() {
        "role" => {
            let input = UpdateMemberInput { user_id, role };
            let updated = service::organizations::update_member(services, caller, input).await;
            updated.map(|member| format!("{} has the role {} now.", member.name, role_name(member.role)))
        }
        "remove" => {
            is_gone = user_id == caller.user.id;
            let removed = service::wiring::remove_member(services, caller, MemberRef { user_id }).await;
            removed.map(|()| "Member removed.".to_owned())
        }
        "invite" | "resend" => {
            let input = InviteMemberInput {
                email: email.clone(),
                role,
                message: Some(message.clone()).filter(|text| !text.is_empty()),
                group_id: group_id.parse().ok(),
            };
            let client = client_info();
            let sent = service::organizations::invite_member(services, caller, None, input, &client).await;
            let verb = if change == "resend" { "sent again" } else { "sent" };
            sent.map(|invitation| format!("Invitation {verb} to {}.", invitation.email))
        }
        "revoke" => {
            let invitation_id = invitation_id.parse().unwrap_or(InvitationId(uuid::Uuid::nil()));
            let input = InvitationRef { invitation_id };
            let revoked = service::organizations::revoke_invitation(services, caller, input).await;
            revoked.map(|()| format!("Invitation to {email} revoked."))
        }
        _ => Err(service::Error::not_found()),
    };
    let done = respond_form(action, &part(form), &form_values, result)?;
    if is_gone {
        redirect(&Route::Home);
    } else {
        let values = [("change", change.as_str()), ("done", done.as_str())];
        page_done_with(action, &part(status), &values);
    }
    Ok(())
}
