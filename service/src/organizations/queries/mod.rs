//! SQL for organizations, their members and invitations. All tables except those of groups are global.

pub(crate) mod domains;
pub(crate) mod groups;
pub(crate) mod invitations;
pub(crate) mod members;
pub(super) mod single_sign_on_scope;
pub(crate) mod tenants;
