//! The frames around pages: the workspace with its navigation, and the frame of the pages before sign-in.

pub mod api;
mod auth_layout;
mod bottom_nav;
mod coach_notice;
mod error_page;
mod flash_toast;
mod not_found;
mod not_found_content;
mod page_title;
pub mod shortcuts;
mod sidebar;
mod user_menu;
mod viewer;
mod workspace;

pub use auth_layout::AuthLayout;
pub use coach_notice::CoachNotice;
pub use error_page::ErrorPage;
pub use not_found::NotFoundPage;
pub use page_title::{PageTitle, SiteTitle};
pub use viewer::Viewer;
pub use workspace::{Workspace, WorkspaceContext, use_workspace};
