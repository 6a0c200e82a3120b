//! Organizations: workspaces of several people. Creating and changing them, their members and invitations. What ends a membership or
//! an organization is in `wiring`, because it concerns every feature.

mod accept;
mod address_list;
mod bulk_invitations;
mod create;
mod invitations;
mod members;
mod ownership;
pub(crate) mod queries;
mod update;

pub use accept::{accept_invitation, find_invitation};
pub use bulk_invitations::invite_members;
pub use create::{add_tenant, list_tenants};
pub use invitations::{invite_member, list_invitations, revoke_invitation};
pub use members::{list_members, update_member};
pub(crate) use ownership::{check_last_owner, check_role, forbidden, lock_ownership};
pub use update::update_tenant;

use crate::{Error, context::Caller};
use domain::{ErrorCode, tenants::TenantKind};

/// Rejects what only organizations have.
///
/// # Errors
/// `personal_workspace`.
pub(crate) fn require_organization(caller: &Caller, detail: &str) -> Result<(), Error> {
    match caller.tenant.kind {
        TenantKind::Organization => Ok(()),
        TenantKind::Personal => Err(Error::api(ErrorCode::PersonalWorkspace, detail)),
    }
}
