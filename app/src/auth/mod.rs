//! Registration, signing in, password reset, and confirming an email address.

mod activate;
pub mod api;
mod demo_button;
mod forgot_password;
mod home;
mod provider_buttons;
mod provider_icon;
mod register;
mod reset_password;
mod sign_in;

pub use activate::ActivatePage;
pub use demo_button::DemoButton;
pub use forgot_password::ForgotPasswordPage;
pub use home::HomePage;
pub use provider_buttons::ProviderForm;
pub use provider_icon::ProviderIcon;
pub use register::RegisterPage;
pub use reset_password::ResetPasswordPage;
pub use sign_in::SignInPage;
