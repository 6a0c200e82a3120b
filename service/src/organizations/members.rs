//! The roles of members.

use super::{
    ownership,
    queries::{invitations, members as queries},
    single_sign_on_scope::{SingleSignOnScope, revoke_access},
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::Invalidation,
    context::{Caller, permit},
};
use domain::{
    audit::{AuditAction, AuditDetails},
    changes::ChangeType,
    tenants::{Action, Member, Role, UpdateMemberInput, may, may_change_member},
};

/// Changes the role of a member, which is effective immediately on all servers. Only owners change owners and appoint owners.
/// A member who may no longer have clients loses the grants, and has to ask again after getting such a role again.
/// If single sign-on is required of a former owner, their API keys and webhook endpoints are deleted.
///
/// # Errors
/// `forbidden` for roles that may not change it; `not_found` if the user is not a member; `last_owner`.
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
        if current == Role::Owner {
            revoke_access(services, &mut tx, caller, SingleSignOnScope::Member(member)).await?;
        }
        if !may(input.role, Action::ManageMembers) {
            invitations::delete_sent_by(&mut tx, tenant, member).await?;
        }
        let details = AuditDetails {
            role: Some(input.role),
            previous_role: Some(current),
            ..AuditDetails::default()
        };
        let event = NewEvent::by(caller, AuditAction::RoleChanged)
            .about_member(member)
            .with(details.clone());
        audit::append(services, tx.conn(), &event).await?;
        // Also ends grants when the member gets a role that may have clients again: a concurrent grant may have remained.
        let keeps_clients = [current, input.role].map(|role| may(role, Action::ReadClients)) == [true; 2];
        if !keeps_clients && queries::end_grants_to(&mut tx, tenant, member).await? > 0 {
            let event = NewEvent::by(caller, AuditAction::AccessRevoked)
                .about_member(member)
                .with(details);
            audit::append(services, tx.conn(), &event).await?;
        }
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
