//! Registration, signing in, password reset, and confirming an email address.

pub mod api;
mod demo_button;
#[cfg(feature = "ssr")]
mod pages;
mod provider_buttons;
mod provider_icon;

pub use demo_button::{DemoButton, OrganizationDemoButton};
#[cfg(feature = "ssr")]
pub use pages::{
    ActivatePage, ForgotPasswordPage, HomePage, OrganizationSignInPage, RegisterPage, ResetPasswordPage,
    SignInPage, WorkspaceIndexPage,
};
pub use provider_buttons::ProviderForm;
pub use provider_icon::ProviderIcon;
