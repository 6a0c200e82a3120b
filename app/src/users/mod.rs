//! People: registering, signing in, and who looks at the page.

pub mod api;
mod home;
mod register;
mod sign_in;
mod welcome;

pub use home::HomePage;
pub use register::RegisterPage;
pub use sign_in::SignInPage;
pub use welcome::{DemoButton, Logo, Wordmark, answer_of, of_field};

use domain::{tenants::Tenant, users::User};
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
