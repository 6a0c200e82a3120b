//! The user and the workspace of a page.

use crate::{error::AppError, server::respond::respond};
use domain::{tenants::Tenant, users::User};
use serde::{Deserialize, Serialize};
use service::{Services, context::Caller, mail, tenants};

/// The user who views a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub user: User,
    pub tenant: Tenant,
    /// All workspaces of the user.
    pub tenants: Vec<Tenant>,
    /// Number of emails that wait for the user's decision, at most 100.
    pub review_count: i64,
}

impl Viewer {
    /// Whether the user may have clients here.
    pub fn may_have_clients(&self) -> bool {
        self.tenant.may_have_clients()
    }
}

/// Loads the caller's workspaces and the number of emails to review.
pub async fn load_viewer(services: &Services, caller: &Caller) -> Result<Viewer, AppError> {
    let tenants = respond(tenants::list_tenants(services, caller.user.id).await)?;
    let review_count = respond(mail::count_review(services, caller).await)?;
    Ok(Viewer {
        user: caller.user.clone(),
        tenant: caller.tenant.clone(),
        tenants,
        review_count,
    })
}
