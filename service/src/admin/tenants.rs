//! Workspaces.

use super::{MAX_ROWS, queries};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    auth::Invalidation,
    organizations::queries::members,
    platform::{db::AdvisoryLock, normalize::fold},
    wiring,
};
use chrono::{DateTime, Utc};
use domain::{
    TenantId, UserId,
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    changes::ChangeType,
    quotas::Quota,
    tenants::Role,
};
use serde::Serialize;

/// A workspace as the operator sees it.
#[derive(Clone, Debug, Serialize)]
pub struct TenantSummary {
    /// Id of the tenant.
    pub id: TenantId,
    /// Its name in URLs.
    pub slug: String,
    /// Its display name.
    pub name: String,
    /// `personal` or `organization`.
    pub kind: String,
    /// Number of members.
    pub members: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// The limits that are set for it.
    pub quotas: serde_json::Value,
}

/// The workspaces whose id, slug or name contains the text, the newest first. Without a text, all workspaces.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn list_tenants(services: &Services, q: Option<&str>) -> Result<Vec<TenantSummary>, Error> {
    let mut conn = services.db.global_conn().await?;
    queries::list_tenants(&mut conn, q.map(fold).as_deref(), MAX_ROWS).await
}

/// Makes a member an owner.
///
/// # Errors
/// `not_found` if the user is not a member.
pub async fn make_owner(services: &Services, tenant: TenantId, user: UserId) -> Result<(), Error> {
    let mut tx = services.db.begin_global().await?;
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    let current = members::find_role(&mut tx, tenant, user).await?;
    let current = current.ok_or_else(Error::not_found)?;
    if current == Role::Owner {
        return tx.commit().await;
    }
    members::set_role(&mut tx, tenant, user, Role::Owner).await?;
    tx.record_member(tenant, ChangeType::MemberRoleChanged, user);
    let event = NewEvent::by_operator(tenant, AuditAction::RoleChanged)
        .about_member(user)
        .with(AuditDetails {
            role: Some(Role::Owner),
            previous_role: Some(current),
            ..AuditDetails::default()
        });
    audit::append(services, tx.conn(), &event).await?;
    services.auth_cache.commit(tx, &[Invalidation::User(user)]).await
}

/// Deletes an organization as its owner would. The accounts and personal workspaces of its members stay.
///
/// # Errors
/// `not_found`; `personal_workspace`.
pub async fn delete_tenant(services: &Services, tenant: TenantId) -> Result<(), Error> {
    wiring::delete_tenant_as_operator(services, tenant).await
}

/// Sets a limit of a workspace, or restores the default. Rows beyond a lower limit are kept.
///
/// # Errors
/// `not_found`.
pub async fn set_quota(
    services: &Services,
    tenant: TenantId,
    quota: Quota,
    limit: Option<i64>,
) -> Result<(), Error> {
    let mut tx = services.db.begin_global().await?;
    if !queries::set_quota(&mut tx, tenant, quota, limit).await? {
        return Err(Error::not_found());
    }
    let event = NewEvent::by_operator(tenant, AuditAction::QuotaChanged)
        .about_object(AuditObjectKind::Tenant, tenant.0)
        .with(AuditDetails {
            quota: Some(quota.as_str().to_owned()),
            limit,
            ..AuditDetails::default()
        });
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await
}
