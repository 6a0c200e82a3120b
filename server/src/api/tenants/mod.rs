//! `/api/tenants`.

mod accept_invitation;
mod add_tenant;
mod delete_tenant;
mod get_invitation;
mod get_invitations;
mod get_members;
mod get_tenants;
mod invite_member;
mod invite_members;
mod leave_tenant;
mod remove_member;
mod revoke_invitation;
mod update_member;
mod update_tenant;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(accept_invitation::accept_invitation))
        .routes(routes!(add_tenant::add_tenant))
        .routes(routes!(delete_tenant::delete_tenant))
        .routes(routes!(get_invitation::get_invitation))
        .routes(routes!(get_invitations::get_invitations))
        .routes(routes!(get_members::get_members))
        .routes(routes!(get_tenants::get_tenants))
        .routes(routes!(invite_member::invite_member))
        .routes(routes!(invite_members::invite_members))
        .routes(routes!(leave_tenant::leave_tenant))
        .routes(routes!(remove_member::remove_member))
        .routes(routes!(revoke_invitation::revoke_invitation))
        .routes(routes!(update_member::update_member))
        .routes(routes!(update_tenant::update_tenant))
}
