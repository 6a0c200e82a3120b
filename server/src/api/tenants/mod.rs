//! `/api/tenants`.

mod accept_invitation;
mod add_domain;
mod add_group;
mod add_tenant;
mod delete_domain;
mod delete_group;
mod delete_identity_provider;
mod delete_tenant;
mod get_domains;
mod get_groups;
mod get_identity_provider;
mod get_invitation;
mod get_invitations;
mod get_joinable_tenants;
mod get_members;
mod get_tenants;
mod invite_member;
mod invite_members;
mod join_tenant;
mod leave_tenant;
mod remove_member;
mod require_single_sign_on;
mod revoke_invitation;
mod set_group_members;
mod set_identity_provider;
mod update_group;
mod update_member;
mod update_tenant;
mod verify_domain;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(accept_invitation::accept_invitation))
        .routes(routes!(add_domain::add_domain))
        .routes(routes!(add_group::add_group))
        .routes(routes!(add_tenant::add_tenant))
        .routes(routes!(delete_domain::delete_domain))
        .routes(routes!(delete_group::delete_group))
        .routes(routes!(delete_identity_provider::delete_identity_provider))
        .routes(routes!(delete_tenant::delete_tenant))
        .routes(routes!(get_domains::get_domains))
        .routes(routes!(get_groups::get_groups))
        .routes(routes!(get_identity_provider::get_identity_provider))
        .routes(routes!(get_invitation::get_invitation))
        .routes(routes!(get_invitations::get_invitations))
        .routes(routes!(get_joinable_tenants::get_joinable_tenants))
        .routes(routes!(get_members::get_members))
        .routes(routes!(get_tenants::get_tenants))
        .routes(routes!(invite_member::invite_member))
        .routes(routes!(invite_members::invite_members))
        .routes(routes!(join_tenant::join_tenant))
        .routes(routes!(leave_tenant::leave_tenant))
        .routes(routes!(remove_member::remove_member))
        .routes(routes!(require_single_sign_on::require_single_sign_on))
        .routes(routes!(revoke_invitation::revoke_invitation))
        .routes(routes!(set_group_members::set_group_members))
        .routes(routes!(set_identity_provider::set_identity_provider))
        .routes(routes!(update_group::update_group))
        .routes(routes!(update_member::update_member))
        .routes(routes!(update_tenant::update_tenant))
        .routes(routes!(verify_domain::verify_domain))
}
