//! Who calls, in which workspace, and what they may do there.

use crate::{
    Error,
    security::{self, Event},
};
use domain::{
    ErrorCode, SessionId, TenantId, UserId,
    jobapps::Cause,
    tenants::{Action, Tenant, may},
    users::User,
};

/// A person at work in one of their workspaces.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub user: User,
    /// Where, and what they are there.
    pub tenant: Tenant,
    /// The session that they signed in with.
    pub session: SessionId,
    /// Whether they come by a page or by the API: the cause of ledger entries.
    pub via: Cause,
}

/// The permission to work in a tenant as a person. Only the permission check makes one, and only `Db` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    tenant: TenantId,
    user: UserId,
}

impl Grant {
    /// The tenant to work in.
    pub fn tenant(self) -> TenantId {
        self.tenant
    }

    /// The person to work as.
    pub fn user(self) -> UserId {
        self.user
    }

    /// For the first rows of a workspace that this very transaction makes.
    pub(crate) fn of_founder(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, user }
    }
}

/// The permission check.
///
/// # Errors
/// `forbidden` when the caller's role may not do it.
pub fn permit(caller: &Caller, action: Action) -> Result<Grant, Error> {
    if may(caller.tenant.role, action) {
        Ok(Grant {
            tenant: caller.tenant.id,
            user: caller.user.id,
        })
    } else {
        security::note(Event::ActionDenied, Some(caller.user.id), None);
        Err(Error::api(
            ErrorCode::Forbidden,
            "Your role in this workspace does not allow this. Ask its owner.",
        ))
    }
}
