//! Creating an organization and accepting invitations, both outside of any workspace, and groups of members. The settings of an
//! organization are in [`settings`](crate::settings).

pub mod api;
mod group_options;
mod groups_page;
mod invitation_page;
pub mod labels;
mod new_page;

pub use group_options::{GroupField, GroupOptions};
pub use groups_page::GroupsPage;
pub use invitation_page::InvitationPage;
pub use new_page::NewOrganizationPage;
