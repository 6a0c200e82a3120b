//! Authentication: registration, login, sessions, passwords and OAuth providers.

mod email_verification;
mod login;
mod oauth;
mod password;
mod register;
mod session;

pub use email_verification::{EmptyInput, VerifyEmailInput};
pub use login::{LoginInput, LogoutInput, RefreshTokenInput, TokenSet};
pub use oauth::*;
pub use password::{
    ChangePasswordInput, ForgotPasswordInput, MAX_PASSWORD_LEN, MIN_PASSWORD_LEN, MIN_STRONG_PASSWORD_LEN,
    ReauthInput, ResetPasswordInput, check_password_length,
};
pub use register::{RegisterInput, Registration};
pub use session::{RevokeSessionInput, Session, SessionKind, SessionList};
