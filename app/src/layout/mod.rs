//! The frames around pages: the workspace with its navigation, and the frame of the pages before sign-in.

pub mod api;
mod auth_layout;
mod bottom_nav;
mod not_found;
mod page_title;
mod sidebar;
mod user_menu;
mod workspace;

pub use auth_layout::AuthLayout;
pub use not_found::NotFoundPage;
pub use page_title::{PageTitle, SiteTitle};
pub use workspace::{Workspace, use_workspace};

use domain::{tenants::Tenant, users::User};
use serde::{Deserialize, Serialize};

/// The user who views a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The user.
    pub user: User,
    /// The workspace.
    pub tenant: Tenant,
    /// All workspaces of the user.
    pub tenants: Vec<Tenant>,
}
