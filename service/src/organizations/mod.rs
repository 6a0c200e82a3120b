//! Organizations: workspaces of several people. Creating and changing them, their members and invitations. The code that ends a
//! membership or an organization is in `wiring`, because it concerns every feature.

mod accept;
mod address_list;
mod bulk_invitations;
mod create;
mod domains;
mod groups;
mod identity_provider;
mod invitations;
mod list_members;
mod list_tenants;
mod members;
mod membership;
mod ownership;
pub(crate) mod queries;
mod register;
mod single_sign_on_scope;
mod update;

pub use accept::{accept_invitation, find_invitation, find_joined_tenant, find_pending_organization};
pub use address_list::decode_address_file;
pub use bulk_invitations::invite_members;
pub use create::add_tenant;
pub use domains::{
    add_domain, delete_domain, join_tenant, list_domains, list_joinable_tenants, recheck_domains,
    verify_domain,
};
pub use groups::{
    add_group, change_group_members, delete_group, list_groups, set_group_members, update_group,
};
pub use identity_provider::{
    activate_identity_provider, callback_url, delete_identity_provider, find_sign_in_organization,
    get_identity_provider, require_single_sign_on, set_identity_provider, start_provider_test,
};
pub use invitations::{invite_member, list_invitations, revoke_invitation};
pub use list_members::list_members;
pub use list_tenants::list_tenants;
pub use members::update_member;
pub(crate) use ownership::{check_last_owner, check_role, forbidden};
pub use register::register_invited;
pub use update::update_tenant;

use crate::{Error, Services, auth, context::Caller};
use domain::{ErrorCode, tenants::TenantKind};

/// Rejects personal workspaces.
///
/// # Errors
/// `personal_workspace`.
pub(crate) fn require_organization(caller: &Caller, detail: &str) -> Result<(), Error> {
    match caller.tenant.kind {
        TenantKind::Organization => Ok(()),
        TenantKind::Personal => Err(Error::api(ErrorCode::PersonalWorkspace, detail)),
    }
}

/// Rejects demo accounts.
///
/// # Errors
/// `forbidden` for a demo account, with this text.
async fn reject_demo(services: &Services, caller: &Caller, detail: &str) -> Result<(), Error> {
    if auth::is_demo(services, caller.user.id).await? {
        return Err(Error::api(ErrorCode::Forbidden, detail));
    }
    Ok(())
}
