//! Granting and revoking access.

use super::{NotificationKind, notify, queries};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    context::{Caller, Grant, permit},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    ApiError, FieldCode, UserId,
    audit::{AuditAction, AuditDetails},
    coaching::{AccessGrant, AccessGrantRef, AccessGrants, GrantAccessInput, Person},
    tenants::{Action, may},
};

/// Maximum number of members that are offered for a grant.
const MAX_VIEWERS: i64 = 500;

/// Allows another member to see the caller's applications, and schedules an email about it. Granting the same member access again
/// replaces scope and end.
///
/// # Errors
/// `invalid` for an end in the past, for the caller, or for a member whose role may not have clients; `not_found` if the viewer is not a
/// member.
pub async fn grant_access(
    services: &Services,
    caller: &Caller,
    input: GrantAccessInput,
) -> Result<AccessGrant, Error> {
    let now = services.clock.now();
    input.check(caller.user.id, now)?;
    let grant = permit(caller, Action::ManageSharing)?;
    let mut tx = begin_grant(services, caller, grant, input.viewer_id, now).await?;
    let role = queries::grants::find_role(&mut tx, input.viewer_id)
        .await?
        .ok_or_else(Error::not_found)?;
    if !may(role, Action::ReadClients) {
        let detail = "Only coaches, admins and owners can have access. Choose one of them.";
        return Err(ApiError::field("viewer_id", FieldCode::NotAllowed, detail).into());
    }
    let id = queries::grants::upsert(&mut tx, services.id(), &input, now).await?;
    queries::requests::mark_granted(&mut tx, input.viewer_id, now).await?;
    let granted = queries::grants::list(&mut tx, Some(id)).await?.into_iter().next();
    let granted = granted.ok_or_else(|| Error::Internal("a new grant cannot be read".into()))?;
    append_grant_event(services, caller, &mut tx, &input).await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::AccessGranted, Some(caller.user.id), None);
    services.db.notifier().mark(grant.tenant(), input.viewer_id);
    Ok(granted)
}

/// Begins a transaction in which the caller grants the viewer access, and which schedules the email about it.
pub(super) async fn begin_grant(
    services: &Services,
    caller: &Caller,
    grant: Grant,
    viewer: UserId,
    now: DateTime<Utc>,
) -> Result<TenantTx, Error> {
    let mut global = services.db.begin_global_for(grant.user()).await?;
    let (kind, owner) = (NotificationKind::AccessGrant, caller.user.id.0);
    notify(services, &mut global, grant, &[viewer], kind, owner, now).await?;
    global.into_tenant(grant).await
}

/// Writes the grant to the audit log.
pub(super) async fn append_grant_event(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    input: &GrantAccessInput,
) -> Result<(), Error> {
    let event = NewEvent::by(caller, AuditAction::AccessGranted)
        .about_member(input.viewer_id)
        .with(AuditDetails {
            scope: Some(input.scope),
            ..AuditDetails::default()
        });
    audit::append(services, tx.conn(), &event).await
}

/// Ends a grant by the caller. The viewer's next request no longer sees anything, and open pages notice within a second.
///
/// # Errors
/// `not_found` if there is no such grant by the caller.
pub async fn revoke_access(
    services: &Services,
    caller: &Caller,
    AccessGrantRef { grant_id }: AccessGrantRef,
) -> Result<(), Error> {
    let grant = permit(caller, Action::ManageSharing)?;
    let mut tx = services.db.begin(grant).await?;
    let viewer = queries::grants::delete(&mut tx, grant_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let event = NewEvent::by(caller, AuditAction::AccessRevoked).about_member(viewer);
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::AccessRevoked, Some(caller.user.id), None);
    services.db.notifier().mark(grant.tenant(), viewer);
    Ok(())
}

/// The grants by and to the caller, of each at most [`MAX_UNPAGED`](domain::pagination::MAX_UNPAGED), the latest first.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_grants(services: &Services, caller: &Caller) -> Result<AccessGrants, Error> {
    let grant = permit(caller, Action::ReadSharing)?;
    let mut tx = services.db.begin(grant).await?;
    let grants = queries::grants::list(&mut tx, None).await?;
    tx.commit().await?;
    let (given, received) = grants
        .into_iter()
        .partition(|g: &AccessGrant| g.owner.user_id == caller.user.id);
    Ok(AccessGrants { given, received })
}

/// The members to whom the caller can grant access, coaches first.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_viewers(services: &Services, caller: &Caller) -> Result<Vec<Person>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadSharing)?).await?;
    let viewers = queries::grants::list_viewers(&mut tx, MAX_VIEWERS).await?;
    tx.commit().await?;
    Ok(viewers)
}

/// Members with access from the caller who cannot use it because their role has no clients, such as a former coach.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_viewers_without_access(services: &Services, caller: &Caller) -> Result<Vec<UserId>, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ReadSharing)?).await?;
    let viewers = queries::grants::list_viewers_without_access(&mut tx).await?;
    tx.commit().await?;
    Ok(viewers)
}
