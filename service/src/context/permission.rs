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
    owner: UserId,
    is_read: bool,
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

    /// The owner of the rows: the user, or the client whose rows the user views.
    pub fn owner(self) -> UserId {
        self.owner
    }

    /// Whether the transaction is read-only. The database then rejects writes.
    pub fn is_read(self) -> bool {
        self.is_read
    }

    /// For a transaction that only reads, even if the action allows writing. Its commit notifies no open page of changes.
    pub(crate) fn to_read(self) -> Self {
        Self {
            is_read: true,
            ..self
        }
    }

    /// For reading the rows of another member. Row level security decides whether the user may see them; the transaction can
    /// record that the user has looked.
    pub(crate) fn to_view(self, owner: UserId) -> Self {
        Self {
            owner,
            is_read: false,
            ..self
        }
    }

    /// For rows that a request writes independently of its action, such as the stored response of an idempotent request.
    pub(crate) fn to_write(self) -> Self {
        Self {
            is_read: false,
            ..self
        }
    }

    /// For the first rows of a tenant that the caller has just created.
    pub(crate) fn for_new_tenant(tenant: TenantId, user: UserId) -> Self {
        Self {
            tenant,
            user,
            owner: user,
            is_read: false,
        }
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
            owner: caller.user.id,
            is_read: action.is_read(),
        })
    } else {
        audit_log::record(AuditEvent::ActionDenied, Some(caller.user.id), None);
        Err(Error::api(
            ErrorCode::Forbidden,
            "Your role in this workspace does not allow this. Ask its owner.",
        ))
    }
}
