//! The pages for registration and sign-in. They have no islands.

mod activate;
mod forgot_password;
mod home;
mod organization_sign_in;
mod register;
mod reset_password;
mod sign_in;

pub use activate::ActivatePage;
pub use forgot_password::ForgotPasswordPage;
pub use home::{HomePage, WorkspaceIndexPage};
pub use organization_sign_in::OrganizationSignInPage;
pub use register::RegisterPage;
pub use reset_password::ResetPasswordPage;
pub use sign_in::SignInPage;
