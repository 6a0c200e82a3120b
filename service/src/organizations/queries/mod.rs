//! SQL for organizations, their members and invitations. All but those of groups are global tables.

pub(super) mod covered;
pub(crate) mod domains;
pub(crate) mod groups;
pub(crate) mod invitations;
pub(crate) mod members;
pub(crate) mod tenants;
