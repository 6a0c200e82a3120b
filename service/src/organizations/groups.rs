//! Groups of members.

use super::queries::groups as queries;
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::{AdvisoryLock, TenantTx},
        normalize::{fold, nfc},
    },
};
use domain::{
    ErrorCode, GroupId, UserId,
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    tenants::{Action, AddGroupInput, Group, GroupRef, MAX_GROUPS, SetGroupMembersInput, UpdateGroupInput},
};
use std::collections::HashSet;
use uuid::Uuid;

/// The groups of the workspace, by name.
///
/// # Errors
/// `forbidden` for members.
pub async fn list_groups(services: &Services, caller: &Caller) -> Result<Vec<Group>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadGroups)?).await?;
    let groups = queries::list(&mut tx, None).await?;
    tx.commit().await?;
    Ok(groups)
}

/// Creates a group without members. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` for an invalid name; `forbidden` for members; `conflict` if the name is taken; `quota_exceeded`; errors of the
/// idempotency key.
pub async fn add_group(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: AddGroupInput,
) -> Result<Group, Error> {
    input.name = nfc(&input.name);
    let name = input.parse()?;
    let grant = permit(caller, Action::ManageGroups)?;
    let add = async |tx: &mut TenantTx| insert(services, caller, tx, name).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    name: String,
) -> Result<Group, Error> {
    tx.lock(AdvisoryLock::Groups(tx.tenant())).await?;
    if queries::count(tx).await? >= MAX_GROUPS {
        let detail =
            format!("This workspace has reached the limit of {MAX_GROUPS} groups. Delete one first.");
        return Err(Error::api(ErrorCode::QuotaExceeded, detail));
    }
    let name_key = fold(&name);
    check_name(tx, &name_key, None).await?;
    let (id, now) = (services.id(), services.clock.now());
    queries::insert(tx, id, &name, &name_key, now).await?;
    let details = named(&name);
    append_event(services, caller, tx, AuditAction::GroupAdded, id, details).await?;
    Ok(Group {
        id,
        name,
        member_count: 0,
        user_ids: Vec::new(),
        created_at: now,
    })
}

/// Changes the name of a group.
///
/// # Errors
/// `invalid` for an invalid name; `forbidden` for members; `not_found`; `conflict` if the name is taken.
pub async fn update_group(
    services: &Services,
    caller: &Caller,
    mut input: UpdateGroupInput,
) -> Result<Group, Error> {
    input.name = nfc(&input.name);
    let name = input.parse()?;
    let name_key = fold(&name);
    let id = input.group_id;
    let mut tx = services.db.begin(permit(caller, Action::ManageGroups)?).await?;
    tx.lock(AdvisoryLock::Groups(tx.tenant())).await?;
    let previous = find(&mut tx, id).await?;
    check_name(&mut tx, &name_key, Some(id)).await?;
    queries::rename(&mut tx, id, &name, &name_key).await?;
    let group = find(&mut tx, id).await?;
    if previous.name != group.name {
        let details = AuditDetails {
            previous_name: Some(previous.name),
            ..named(&group.name)
        };
        append_event(services, caller, &mut tx, AuditAction::GroupRenamed, id, details).await?;
    }
    tx.commit().await?;
    Ok(group)
}

/// Deletes a group. Its members stay in the workspace.
///
/// # Errors
/// `forbidden` for members; `not_found`.
pub async fn delete_group(services: &Services, caller: &Caller, input: GroupRef) -> Result<(), Error> {
    let mut tx = services.db.begin(permit(caller, Action::ManageGroups)?).await?;
    tx.lock(AdvisoryLock::Groups(tx.tenant())).await?;
    let id = input.group_id;
    let group = find(&mut tx, id).await?;
    queries::delete(&mut tx, id).await?;
    let details = named(&group.name);
    append_event(services, caller, &mut tx, AuditAction::GroupDeleted, id, details).await?;
    tx.commit().await
}

/// Replaces the members of a group.
///
/// # Errors
/// `invalid` for too many; `forbidden` for members; `not_found` if there is no such group, or a person is not a member of the workspace.
pub async fn set_group_members(
    services: &Services,
    caller: &Caller,
    input: SetGroupMembersInput,
) -> Result<Group, Error> {
    let users: Vec<Uuid> = input.parse()?.into_iter().map(|id| id.0).collect();
    let id = input.group_id;
    let mut tx = services.db.begin(permit(caller, Action::ManageGroups)?).await?;
    tx.lock(AdvisoryLock::Groups(tx.tenant())).await?;
    let previous = find(&mut tx, id).await?;
    let group = replace_members(services, caller, &mut tx, previous, &users).await?;
    if group.user_ids.len() != users.len() {
        return Err(Error::not_found());
    }
    tx.commit().await?;
    Ok(group)
}

/// Adds and removes only the members whose selection changed on the page. Later changes by others are kept.
///
/// # Errors
/// `invalid` for too many; `forbidden` for members; `not_found` if there is no such group.
pub async fn change_group_members(
    services: &Services,
    caller: &Caller,
    input: SetGroupMembersInput,
    shown: &[UserId],
) -> Result<Group, Error> {
    let shown: HashSet<UserId> = shown.iter().copied().collect();
    let chosen: HashSet<UserId> = input.parse()?.into_iter().collect();
    let id = input.group_id;
    let mut tx = services.db.begin(permit(caller, Action::ManageGroups)?).await?;
    tx.lock(AdvisoryLock::Groups(tx.tenant())).await?;
    let previous = find(&mut tx, id).await?;
    let present: HashSet<UserId> = previous.user_ids.iter().copied().collect();
    let kept = present
        .iter()
        .filter(|user| chosen.contains(user) || !shown.contains(user));
    let added = chosen.difference(&shown).filter(|user| !present.contains(user));
    let merged = SetGroupMembersInput {
        group_id: id,
        user_ids: kept.chain(added).copied().collect(),
    };
    let users: Vec<Uuid> = merged.parse()?.into_iter().map(|id| id.0).collect();
    let group = replace_members(services, caller, &mut tx, previous, &users).await?;
    tx.commit().await?;
    Ok(group)
}

/// Replaces the members of the group with the given users who are members of the workspace, and returns the group.
async fn replace_members(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    previous: Group,
    users: &[Uuid],
) -> Result<Group, Error> {
    let id = previous.id;
    queries::delete_members_except(tx, id, users).await?;
    queries::insert_members(tx, id, users).await?;
    let group = find(tx, id).await?;
    let (before, after): (HashSet<UserId>, HashSet<UserId>) = (
        previous.user_ids.into_iter().collect(),
        group.user_ids.iter().copied().collect(),
    );
    if before != after {
        let details = AuditDetails {
            added: u32::try_from(after.difference(&before).count()).ok(),
            removed: u32::try_from(before.difference(&after).count()).ok(),
            ..named(&group.name)
        };
        append_event(
            services,
            caller,
            tx,
            AuditAction::GroupMembersChanged,
            id,
            details,
        )
        .await?;
    }
    Ok(group)
}

fn named(name: &str) -> AuditDetails {
    AuditDetails {
        name: Some(name.to_owned()),
        ..AuditDetails::default()
    }
}

async fn append_event(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    action: AuditAction,
    group: GroupId,
    details: AuditDetails,
) -> Result<(), Error> {
    let event = NewEvent::by(caller, action)
        .about_object(AuditObjectKind::Group, group.0)
        .with(details);
    audit::append(services, tx.conn(), &event).await
}

/// The error of an invitation with a group that does not exist.
pub(super) fn missing_group() -> Error {
    let detail = "This group no longer exists. Choose another one, or none.";
    Error::api(ErrorCode::NotFound, detail)
}

async fn find(tx: &mut TenantTx, id: GroupId) -> Result<Group, Error> {
    let groups = queries::list(tx, Some(id)).await?;
    groups.into_iter().next().ok_or_else(Error::not_found)
}

async fn check_name(tx: &mut TenantTx, name_key: &str, except: Option<GroupId>) -> Result<(), Error> {
    if queries::is_name_taken(tx, name_key, except).await? {
        let detail = "Another group has this name. Choose another one.";
        return Err(Error::api(ErrorCode::Conflict, detail));
    }
    Ok(())
}
