//! The user and the workspace of a page.

use crate::{
    error::AppError,
    server::{context::require_workspace, respond::respond},
};
use domain::{tenants::Tenant, users::User};
use serde::{Deserialize, Serialize};

/// The user who views a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The user.
    pub user: User,
    /// The workspace.
    pub tenant: Tenant,
    /// All workspaces of the user.
    pub tenants: Vec<Tenant>,
    /// Number of emails that wait for the user's decision, at most 100.
    pub review_count: i64,
}

/// The signed-in user, the workspace of the URL, and the user's other workspaces.
pub async fn load_viewer(slug: String) -> Result<Viewer, AppError> {
    let (services, caller) = require_workspace(&slug).await?;
    let tenants = respond(service::tenants::list_tenants(&services, caller.user.id).await)?;
    let review_count = respond(service::mail::count_review(&services, &caller).await)?;
    Ok(Viewer {
        user: caller.user,
        tenant: caller.tenant,
        tenants,
        review_count,
    })
}
