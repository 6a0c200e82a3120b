//! Server functions of creating an organization and accepting an invitation.

pub mod accept_invitation;
pub mod change_groups;
pub mod create;
pub mod join;
