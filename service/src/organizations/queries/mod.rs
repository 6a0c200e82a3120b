//! SQL for organizations, their members and invitations. Global tables only.

pub(crate) mod domains;
pub(crate) mod invitations;
pub(crate) mod members;
pub(crate) mod tenants;
