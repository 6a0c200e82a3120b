//! Who looks at the page.

use crate::{error::Fail, users::Viewer};
use leptos::prelude::*;

/// The person, the workspace of the address, and the person's other workspaces.
#[server(prefix = "/_fn", endpoint = "users/get_viewer")]
pub async fn get_viewer(slug: String) -> Result<Viewer, Fail> {
    use crate::ssr;
    let (services, caller) = ssr::enter(&slug).await?;
    let tenants = ssr::answer(service::users::workspaces(&services, caller.user.id).await)?;
    Ok(Viewer {
        user: caller.user,
        tenant: caller.tenant,
        tenants,
    })
}
