//! Adding events.

use super::queries;
use crate::{
    Error, Services,
    context::Caller,
    platform::db::{Connection, GlobalTx},
};
use domain::{
    TenantId, UserId,
    audit::{AuditAction, AuditActorKind, AuditDetails, AuditObjectKind},
};
use std::net::IpAddr;
use uuid::Uuid;

/// Length of the stored hash of an address.
const ADDRESS_HASH_LEN: usize = 16;

/// An event that is about to be written.
pub(crate) struct NewEvent {
    tenant: TenantId,
    actor: (AuditActorKind, Option<UserId>),
    ip: Option<IpAddr>,
    action: AuditAction,
    object: Option<(AuditObjectKind, Uuid)>,
    details: AuditDetails,
}

impl NewEvent {
    /// An action of the caller in their workspace.
    pub(crate) fn by(caller: &Caller, action: AuditAction) -> Self {
        Self::of_user(caller.tenant.id, caller.user.id, caller.ip, action)
    }

    /// An action of a user who is not, or not yet, in the workspace of a request.
    pub(crate) fn of_user(tenant: TenantId, user: UserId, ip: Option<IpAddr>, action: AuditAction) -> Self {
        Self {
            tenant,
            actor: (AuditActorKind::User, Some(user)),
            ip,
            action,
            object: None,
            details: AuditDetails::default(),
        }
    }

    /// An automatic action of the installation.
    pub(crate) fn by_system(tenant: TenantId, action: AuditAction) -> Self {
        Self::without_user(tenant, AuditActorKind::System, action)
    }

    /// An action of the operator on the command line.
    pub(crate) fn by_operator(tenant: TenantId, action: AuditAction) -> Self {
        Self::without_user(tenant, AuditActorKind::Operator, action)
    }

    fn without_user(tenant: TenantId, actor: AuditActorKind, action: AuditAction) -> Self {
        Self {
            tenant,
            actor: (actor, None),
            ip: None,
            action,
            object: None,
            details: AuditDetails::default(),
        }
    }

    /// Adds the member who is affected.
    pub(crate) fn about_member(self, member: UserId) -> Self {
        self.about_object(AuditObjectKind::Member, member.0)
    }

    /// Adds the object that is affected.
    pub(crate) fn about_object(self, kind: AuditObjectKind, id: Uuid) -> Self {
        Self {
            object: Some((kind, id)),
            ..self
        }
    }

    /// Adds details.
    pub(crate) fn with(self, details: AuditDetails) -> Self {
        Self { details, ..self }
    }
}

/// Writes an event in the transaction of this connection.
pub(crate) async fn append(
    services: &Services,
    conn: &mut Connection,
    event: &NewEvent,
) -> Result<(), Error> {
    let row = queries::EventRow {
        tenant: event.tenant,
        id: services.id::<Uuid>(),
        actor_kind: event.actor.0,
        actor: event.actor.1,
        action: event.action,
        object: event.object,
        address_hash: event.ip.map(|ip| address_hash(services, event.tenant, ip)),
        details: serde_json::to_value(&event.details).map_err(|e| Error::Internal(e.to_string()))?,
        occurred_at: services.clock.now(),
    };
    queries::insert(conn, &row).await
}

/// Writes an event of the user's account in their personal workspace: organizations do not see when and how their members sign in.
pub(crate) async fn append_to_account(
    services: &Services,
    tx: &mut GlobalTx,
    user: UserId,
    ip: Option<IpAddr>,
    action: AuditAction,
) -> Result<(), Error> {
    append_to_account_with(services, tx, user, ip, action, AuditDetails::default()).await
}

/// As [`append_to_account`], with details.
pub(crate) async fn append_to_account_with(
    services: &Services,
    tx: &mut GlobalTx,
    user: UserId,
    ip: Option<IpAddr>,
    action: AuditAction,
    details: AuditDetails,
) -> Result<(), Error> {
    let Some(tenant) = queries::find_personal_tenant(tx, user).await? else {
        return Ok(());
    };
    let event = NewEvent::of_user(tenant, user, ip, action).with(details);
    append(services, tx.conn(), &event).await
}

/// Writes an event to each organization that the user is a member of. The actor is the user or, with `by_operator`, the operator.
pub(crate) async fn append_to_organizations(
    services: &Services,
    tx: &mut GlobalTx,
    user: UserId,
    ip: Option<IpAddr>,
    action: AuditAction,
    by_operator: bool,
) -> Result<(), Error> {
    for tenant in queries::list_organizations(tx, user).await? {
        let event = if by_operator {
            NewEvent::by_operator(tenant, action).about_member(user)
        } else {
            NewEvent::of_user(tenant, user, ip, action)
        };
        append(services, tx.conn(), &event).await?;
    }
    Ok(())
}

/// A keyed hash of the address, stable within a workspace and different in each workspace. Without the installation's key, the address
/// cannot be found by brute force.
fn address_hash(services: &Services, tenant: TenantId, ip: IpAddr) -> Vec<u8> {
    let message = format!("{tenant} {ip}");
    let hash = services.keys.hmac("audit log address", message.as_bytes());
    hash[..ADDRESS_HASH_LEN].to_vec()
}
