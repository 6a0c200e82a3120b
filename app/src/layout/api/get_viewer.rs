//! Loads the user and the workspace.

use crate::{error::AppError, layout::Viewer};
use leptos::prelude::*;

/// The signed-in user, the workspace of the URL, and the user's other workspaces.
#[server(prefix = "/_fn", endpoint = "layout/get_viewer")]
pub async fn get_viewer(slug: String) -> Result<Viewer, AppError> {
    use crate::server::{context::require_workspace, respond::respond};
    let (services, caller) = require_workspace(&slug).await?;
    let tenants = respond(service::tenants::list_tenants(&services, caller.user.id).await)?;
    Ok(Viewer {
        user: caller.user,
        tenant: caller.tenant,
        tenants,
    })
}
