//! The context of a request: the caller, the client, the tenant, and the permissions there.

mod client_info;
mod permission;

pub use client_info::{ClientInfo, RateLimitStatus};
pub use permission::{Grant, permit};

use domain::{SessionId, jobapps::EventSource, tenants::Tenant, users::User};
use std::net::IpAddr;

/// An authenticated user in one of their tenants.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The authenticated user.
    pub user: User,
    /// The tenant that the request is about, with the user's role in it.
    pub tenant: Tenant,
    /// The session that authenticated the request.
    pub session: SessionId,
    /// Page or API; stored as the source of application events.
    pub via: EventSource,
    /// The address that the request came from, for the audit log. `None` for background jobs.
    pub ip: Option<IpAddr>,
}

impl Caller {
    /// The same caller, whose request came from this client.
    #[must_use]
    pub fn from_client(self, client: &ClientInfo) -> Self {
        Self {
            ip: Some(client.ip()),
            ..self
        }
    }
}
