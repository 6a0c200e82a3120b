//! Joins an organization without an invitation.

use crate::error::AppError;
use leptos::prelude::*;

/// Makes the user a member and redirects to the start page of the organization.
#[server(prefix = "/_fn", endpoint = "organizations/join")]
pub async fn join(#[server(default)] tenant_id: String) -> Result<(), AppError> {
    use crate::server::{
        context::{client_info, require_any_workspace},
        respond::{redirect, respond, respond_form},
    };
    use domain::{TenantId, routes::Route, tenants::JoinTenantInput};
    use service::{auth::Channel, organizations::join_tenant};
    let (services, caller) = require_any_workspace().await?;
    let input = JoinTenantInput {
        tenant_id: tenant_id.parse().unwrap_or(TenantId(uuid::Uuid::nil())),
    };
    let result = join_tenant(&services, caller.user.id, input, &client_info(), Channel::Web).await;
    let sign_in = respond_form("organizations/join", &Route::NewOrganization, &[], result)?;
    let start = service::jobapps::start_page(&services, caller.user.id, &sign_in.tenant).await;
    redirect(&respond(start)?);
    Ok(())
}
