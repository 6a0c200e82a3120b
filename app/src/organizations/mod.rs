//! Creating an organization, and accepting an invitation to one. Both are outside of any workspace; the settings of an organization are in
//! [`settings`](crate::settings).

pub mod api;
mod invitation_page;
pub mod labels;
mod new_page;

pub use invitation_page::InvitationPage;
pub use new_page::NewOrganizationPage;
