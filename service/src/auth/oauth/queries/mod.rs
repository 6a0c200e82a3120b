//! SQL for OAuth sign-in. Global tables only.

mod flows;
mod identities;
mod organization_providers;
mod revocations;

pub(crate) use flows::delete_expired_flows;
pub(super) use flows::{Flow, consume_flow, find_flow, insert_flow, set_signed_in_user};
pub(super) use identities::{
    IdentityRow, NewIdentity, clear_tokens, delete_identity, find_identity_user, find_sign_in_methods,
    find_user_by_email, insert_identity, list_identities, lock_user, lock_user_by_email, newest_access_token,
    set_tokens, touch_identity,
};
pub(crate) use organization_providers::{
    activate_organization_provider, count_members_by_domain, delete_organization_provider, find_organization,
    find_organization_provider, set_organization_provider, set_provider_required,
};
pub(super) use organization_providers::{is_verified_domain, list_organization_providers};
pub(super) use revocations::{delete_revocation, find_revocation, insert_revocation};
