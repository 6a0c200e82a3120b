//! Finds the user's workspace.

use crate::error::AppError;
use leptos::prelude::*;

/// The slug of the user's first workspace: the personal one, if there is one.
#[server(prefix = "/_fn", endpoint = "auth/get_home")]
pub async fn get_home() -> Result<String, AppError> {
    use crate::server::{
        context::{require_user, services},
        respond::respond,
    };
    use domain::ApiError;
    let user = require_user().await?;
    let services = services()?;
    let tenants = respond(service::tenants::list_tenants(&services, user).await)?;
    tenants
        .into_iter()
        .next()
        .map(|tenant| tenant.slug)
        .ok_or_else(|| ApiError::not_found().into())
}
