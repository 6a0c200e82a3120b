//! The permission check and its proof.

use super::Caller;
use crate::{
    Error,
    audit_log::{self, AuditEvent},
};
use domain::{
    ErrorCode, TenantId, UserId,
    tenants::{Action, may},
};

/// Proof that a user may work in a tenant. Only the permission check creates one, and `Db` opens tenant transactions for
/// nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    tenant: TenantId,
    user: UserId,
}

impl Grant {
    /// The tenant that the grant is limited to.
    pub fn tenant(self) -> TenantId {
        self.tenant
    }

    /// The user that row level security applies to.
    pub fn user(self) -> UserId {
        self.user
    }

    /// For the first rows of a tenant that is created in the same transaction.
    pub(crate) fn for_new_tenant(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, user }
    }
}

/// Checks that the caller's role allows the action. A denial is recorded in the audit log.
///
/// # Errors
/// `forbidden` when the role does not allow it.
pub fn permit(caller: &Caller, action: Action) -> Result<Grant, Error> {
    if may(caller.tenant.role, action) {
        Ok(Grant {
            tenant: caller.tenant.id,
            user: caller.user.id,
        })
    } else {
        audit_log::record(AuditEvent::ActionDenied, Some(caller.user.id), None);
        Err(Error::api(
            ErrorCode::Forbidden,
            "Your role in this workspace does not allow this. Ask its owner.",
        ))
    }
}
