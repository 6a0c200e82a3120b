//! Members and their roles.

use super::{
    ownership,
    queries::{invitations, members as queries},
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::Invalidation,
    context::{Caller, permit},
    platform::normalize::fold,
};
use domain::{
    audit::{AuditAction, AuditDetails},
    changes::ChangeType,
    tenants::{Action, ListMembersInput, Member, UpdateMemberInput, may, may_change_member},
};

/// The members of the caller's workspace: owners first, then by name. Only owners and admins see the email addresses of others.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_members(
    services: &Services,
    caller: &Caller,
    input: ListMembersInput,
) -> Result<Vec<Member>, Error> {
    let input = input.parse()?;
    let grant = permit(caller, Action::ReadMembers)?;
    let sees_addresses = may(caller.tenant.role, Action::ManageMembers);
    let mut members = {
        let mut conn = services.db.global_conn().await?;
        queries::list(&mut conn, grant.tenant()).await?
    };
    for member in &mut members {
        if !sees_addresses && member.user_id != grant.user() {
            member.email = None;
        }
    }
    let q = input.q.as_deref().map(fold).unwrap_or_default();
    members.retain(|member| {
        let is_found = q.is_empty()
            || fold(&member.name).contains(&q)
            || member
                .email
                .as_deref()
                .is_some_and(|email| fold(email).contains(&q));
        is_found && input.role.is_none_or(|role| role == member.role)
    });
    Ok(members)
}

/// Changes the role of a member, which is effective at once on all servers. Only owners change owners and make owners.
///
/// # Errors
/// `forbidden` for roles that may not; `not_found` if the user is not a member; `last_owner`.
pub async fn update_member(
    services: &Services,
    caller: &Caller,
    input: UpdateMemberInput,
) -> Result<Member, Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let (tenant, member) = (grant.tenant(), input.user_id);
    let (mut tx, actor) =
        ownership::begin_change(services, tenant, grant.user(), Action::ManageMembers).await?;
    let current = queries::find_role(&mut tx, tenant, member).await?;
    let current = current.ok_or_else(Error::not_found)?;
    if !may_change_member(actor, current, Some(input.role)) {
        return Err(ownership::forbidden());
    }
    if current != input.role {
        ownership::check_last_owner(&mut tx, tenant, current).await?;
        queries::set_role(&mut tx, tenant, member, input.role).await?;
        tx.record_member(tenant, ChangeType::MemberRoleChanged, member);
        if !may(input.role, Action::ManageMembers) {
            invitations::delete_sent_by(&mut tx, tenant, member).await?;
        }
        let event = NewEvent::by(caller, AuditAction::RoleChanged)
            .about_member(member)
            .with(AuditDetails {
                role: Some(input.role),
                previous_role: Some(current),
                ..AuditDetails::default()
            });
        audit::append(services, tx.conn(), &event).await?;
    }
    let updated = queries::find(&mut tx, tenant, member).await?;
    let updated = updated.ok_or_else(Error::not_found)?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(member)])
        .await?;
    audit_log::record(AuditEvent::RoleChanged, Some(grant.user()), None);
    Ok(updated)
}
