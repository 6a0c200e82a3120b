//! Quotas of workspaces, over all members. `platform::storage_limits` also limits each user.
//!
//! The number of applications and the size of files are not counted each time. Each user has a usage count in `usage_counts`, updated in
//! the same transaction as the rows, and the usage of a workspace is the sum over its members. With a single counter per workspace, all
//! members would wait for each other. Mailboxes are counted each time, because there are few.
//!
//! A transaction that comes close to the limit takes a lock of the quota and counts again, so that concurrent transactions, on other
//! servers too, do not exceed the limit together. All other transactions do not wait for each other. Close means that fewer than
//! [`MIN_MARGIN`] or a tenth of the limit are left, which is more than all transactions in progress add together.

mod queries;

use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::db::{AdvisoryLock, Connection, GlobalTx, TenantTx},
};
use domain::{
    ApiError, ErrorCode, TenantId,
    quotas::{OwnUsage, Quota, QuotaUsage},
    tenants::{Action, TenantKind},
};

/// Transactions wait for each other if fewer than this number are left.
const MIN_MARGIN: i64 = 2_000;
const GIB: i64 = 1024 * 1024 * 1024;

/// The default limits of workspaces, used where a workspace has no limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaDefaults {
    /// Members of an organization, with pending invitations.
    pub members: i64,
    /// Applications of all members.
    pub applications: i64,
    /// Size of the files of all members together.
    pub file_bytes: i64,
    /// Connected mailboxes of all members.
    pub mailboxes: i64,
    /// API keys of all members.
    pub keys: i64,
    /// Webhook endpoints of all members.
    pub webhook_endpoints: i64,
}

impl Default for QuotaDefaults {
    fn default() -> Self {
        Self {
            members: 500,
            applications: 200_000,
            file_bytes: 50 * GIB,
            mailboxes: 2_000,
            keys: 1_000,
            webhook_endpoints: 1_000,
        }
    }
}

impl QuotaDefaults {
    /// The limit of a quota.
    pub const fn limit(&self, quota: Quota) -> i64 {
        match quota {
            Quota::Members => self.members,
            Quota::Applications => self.applications,
            Quota::FileBytes => self.file_bytes,
            Quota::Mailboxes => self.mailboxes,
            Quota::Keys => self.keys,
            Quota::WebhookEndpoints => self.webhook_endpoints,
        }
    }
}

/// How much of a quota may still be added in this transaction. `adding` is the approximate amount that the transaction may add. Near the
/// limit, it holds the lock of the quota from here on.
pub(crate) async fn left(
    services: &Services,
    tx: &mut TenantTx,
    quota: Quota,
    adding: i64,
) -> Result<QuotaUsage, Error> {
    let usage = count(services, tx, quota).await?;
    let margin = MIN_MARGIN.max(usage.limit / 10).max(adding);
    if usage.limit - usage.used > margin {
        return Ok(usage);
    }
    let tenant = tx.tenant();
    tx.lock(AdvisoryLock::Quota(quota, tenant)).await?;
    count(services, tx, quota).await
}

/// Rejects an addition that exceeds a quota.
///
/// # Errors
/// `quota_exceeded`.
pub(crate) async fn check(
    services: &Services,
    tx: &mut TenantTx,
    quota: Quota,
    adding: i64,
) -> Result<(), Error> {
    let usage = left(services, tx, quota, adding).await?;
    if usage.left() < adding {
        return Err(exceeded(usage));
    }
    Ok(())
}

/// How much of a quota is used, without a lock.
pub(crate) async fn count(services: &Services, tx: &mut TenantTx, quota: Quota) -> Result<QuotaUsage, Error> {
    let (used, own_limit) = queries::count(tx, quota).await?;
    Ok(QuotaUsage {
        quota,
        limit: own_limit.unwrap_or_else(|| services.quotas.limit(quota)),
        used,
    })
}

/// The user's usage of [`Quota::Applications`] or [`Quota::FileBytes`].
pub(crate) async fn of_user(tx: &mut TenantTx, quota: Quota) -> Result<i64, Error> {
    queries::find_usage(tx, quota).await
}

/// Records an amount of [`Quota::Applications`] or [`Quota::FileBytes`] that was added, or deleted if it is negative. Called by the code
/// that inserts or deletes the rows.
pub(crate) async fn add_usage(tx: &mut TenantTx, quota: Quota, added: i64) -> Result<(), Error> {
    if added == 0 {
        return Ok(());
    }
    queries::add_usage(tx, quota, added).await
}

/// The maximum number of members of a tenant, with pending invitations.
pub(crate) async fn member_limit(
    services: &Services,
    tx: &mut GlobalTx,
    tenant: TenantId,
) -> Result<i64, Error> {
    let own = queries::find_limit(tx.conn(), tenant, Quota::Members).await?;
    Ok(own.unwrap_or(services.quotas.members))
}

async fn count_keys(
    services: &Services,
    conn: &mut Connection,
    tenant: TenantId,
) -> Result<QuotaUsage, Error> {
    let own = queries::find_limit(conn, tenant, Quota::Keys).await?;
    Ok(QuotaUsage {
        quota: Quota::Keys,
        limit: own.unwrap_or(services.quotas.keys),
        used: queries::count_keys(conn, tenant).await?,
    })
}

/// Rejects another API key. The caller holds the lock of the quota.
///
/// # Errors
/// `quota_exceeded`.
pub(crate) async fn check_keys(
    services: &Services,
    tx: &mut GlobalTx,
    tenant: TenantId,
) -> Result<(), Error> {
    let usage = count_keys(services, tx.conn(), tenant).await?;
    if usage.left() < 1 {
        return Err(exceeded(usage));
    }
    Ok(())
}

/// The error for an exhausted quota.
pub(crate) fn exceeded(usage: QuotaUsage) -> Error {
    let (quota, limit) = (usage.quota, usage.limit);
    let mut error = ApiError::new(
        ErrorCode::QuotaExceeded,
        format!(
            "This workspace can have {}, and has {}. Delete what you no longer need, or ask the operator for more.",
            quota.amount(limit),
            quota.amount(usage.used),
        ),
    );
    error.quota = Some(usage);
    error.into()
}

/// How much the caller's workspace uses of each quota, over all members. Members count only in organizations.
///
/// # Errors
/// `forbidden` for other roles than owner and admin.
pub async fn list_usage(services: &Services, caller: &Caller) -> Result<Vec<QuotaUsage>, Error> {
    let grant = permit(caller, Action::ManageWorkspace)?.to_read();
    let mut usage = Vec::with_capacity(Quota::ALL.len());
    let (tenant, now) = (grant.tenant(), services.clock.now());
    let mut conn = services.db.global_conn().await?;
    if caller.tenant.kind == TenantKind::Organization {
        let own = queries::find_limit(conn.conn(), tenant, Quota::Members).await?;
        usage.push(QuotaUsage {
            quota: Quota::Members,
            limit: own.unwrap_or(services.quotas.members),
            used: queries::count_members(&mut conn, tenant, now).await?,
        });
    }
    let keys = count_keys(services, conn.conn(), tenant).await?;
    drop(conn);
    let mut tx = services.db.begin(grant).await?;
    for quota in [Quota::Applications, Quota::FileBytes, Quota::Mailboxes] {
        usage.push(count(services, &mut tx, quota).await?);
    }
    let webhook_endpoints = count(services, &mut tx, Quota::WebhookEndpoints).await?;
    tx.commit().await?;
    usage.push(keys);
    usage.push(webhook_endpoints);
    Ok(usage)
}

/// The caller's own usage in the workspace, and which of its limits are nearly reached: totals would reveal the activity of other members.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn own_usage(services: &Services, caller: &Caller) -> Result<OwnUsage, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?.to_read())
        .await?;
    let mut nearly_reached = Vec::new();
    for quota in [Quota::Applications, Quota::FileBytes, Quota::Mailboxes] {
        if count(services, &mut tx, quota).await?.is_nearly_reached() {
            nearly_reached.push(quota);
        }
    }
    let usage = OwnUsage {
        applications: of_user(&mut tx, Quota::Applications).await?,
        file_bytes: of_user(&mut tx, Quota::FileBytes).await?,
        nearly_reached,
    };
    tx.commit().await?;
    Ok(usage)
}
