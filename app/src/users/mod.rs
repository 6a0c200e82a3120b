//! People: registering, signing in, and who looks at the page.

pub mod api;
mod home;
mod register;
mod settings;
mod sign_in;
mod token_pages;
mod welcome;

pub use home::HomePage;
pub use register::RegisterPage;
pub use settings::SettingsPage;
pub use sign_in::SignInPage;
pub use token_pages::{ActivatePage, ForgotPasswordPage, ResetPasswordPage};
pub use welcome::{DemoButton, Logo, Wordmark, answer_of, of_field, taken};

use domain::{
    tenants::Tenant,
    users::{Session, User},
};
use serde::{Deserialize, Serialize};

/// Who looks at a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The person.
    pub user: User,
    /// The workspace.
    pub tenant: Tenant,
    /// All workspaces of the person.
    pub tenants: Vec<Tenant>,
}

/// The person as the settings show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The person.
    pub user: User,
    /// Whether they have a password, or sign in only through a provider.
    pub has_password: bool,
}

/// Something that is signed in as the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// What.
    pub session: Session,
    /// Seconds since it signed in.
    pub since: i64,
    /// Seconds since it was last heard of.
    pub silent: i64,
}
