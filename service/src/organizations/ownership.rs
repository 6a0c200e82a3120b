//! Checks of roles inside the transactions that change members. The role of the caller may be outdated: another server may have just
//! changed it.

use super::queries::members;
use crate::{
    Error, Services,
    auth::begin_for_user,
    platform::db::{AdvisoryLock, GlobalTx},
};
use domain::{
    ErrorCode, TenantId, UserId,
    tenants::{Action, Role, may},
};

/// Begins a transaction that changes the tenant, under the lock of its ownership, with the user's current role.
///
/// # Errors
/// As [`check_role`].
pub(super) async fn begin_change(
    services: &Services,
    tenant: TenantId,
    user: UserId,
    action: Action,
) -> Result<(GlobalTx, Role), Error> {
    let mut tx = begin_for_user(services, user).await?;
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    let role = check_role(&mut tx, tenant, user, action).await?;
    Ok((tx, role))
}

/// The caller's current role, if it allows the action. Call it under the lock [`AdvisoryLock::Owners`].
///
/// # Errors
/// `forbidden` if it does not allow the action, or if the caller is no longer a member.
pub(crate) async fn check_role(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    action: Action,
) -> Result<Role, Error> {
    let role = members::find_role(tx, tenant, user).await?;
    role.filter(|role| may(*role, action)).ok_or_else(forbidden)
}

/// Rejects a change after which the tenant has no owner. Call it under the lock [`AdvisoryLock::Owners`].
///
/// # Errors
/// `last_owner`.
pub(crate) async fn check_last_owner(
    tx: &mut GlobalTx,
    tenant: TenantId,
    current: Role,
) -> Result<(), Error> {
    if current == Role::Owner && members::count_owners(tx, tenant).await? <= 1 {
        return Err(Error::api(
            ErrorCode::LastOwner,
            "This is the last owner of the workspace. Make another member an owner first.",
        ));
    }
    Ok(())
}

/// The error of a role that does not allow a change.
pub(crate) fn forbidden() -> Error {
    Error::api(
        ErrorCode::Forbidden,
        "Your role in this workspace does not allow this. Ask an owner.",
    )
}
