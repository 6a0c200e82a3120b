//! People: who they are and how they sign in.

mod account;
mod agent;
mod email;
mod input;

pub use account::{
    ActivateInput, ChangePasswordInput, ForgotPasswordInput, NoInput, ProfileChange, ProofInput,
    ResetPasswordInput, RevokeSessionInput, Session, SessionKind, UpdateProfileInput, mail_token,
};
pub use agent::describe_agent;
pub use email::EmailAddress;
pub use input::{
    LoginInput, LogoutInput, PASSWORD_MAX, PASSWORD_MIN, PASSWORD_MIN_STRONG, RefreshInput, RegisterInput,
    Registration, password_length,
};

use crate::{UserId, tenants::Tenant};
use serde::{Deserialize, Serialize};

/// A person, as shown to that person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The address as it was written at registration.
    pub email: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Whether the person proved that the address is theirs.
    pub email_verified: bool,
    /// IANA name of the zone that their days are counted in.
    pub time_zone: String,
}

impl User {
    /// What to call the person: the name where there is one, else the part of the address before the at sign.
    pub fn display_name(&self) -> String {
        let name = [self.first_name.as_deref(), self.last_name.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            self.email.split('@').next().unwrap_or_default().to_owned()
        } else {
            name
        }
    }
}

/// What a program gets when it signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenSet {
    /// JWT for the `Authorization` header.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token ends.
    pub expires_in: u32,
    /// Opaque, to be exchanged once for the next set.
    pub refresh_token: String,
    /// Who signed in.
    pub user: User,
    /// The workspace that the access token speaks for.
    pub tenant: Tenant,
}
