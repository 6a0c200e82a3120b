//! Signing in by other providers: Google, LinkedIn, GitHub, and an OpenID Connect provider of the operator's choice.
//!
//! In browsers the way there and back is the authorization code flow with PKCE (RFC 6749, RFC 7636, RFC 9700), bound to the
//! browser that began it and to what it is for: [`begin`] and [`finish`]. Programs bring a token that they were given:
//! [`auth_social_user`]. Either way a provider vouches for an account of its own, and that account (never its e-mail) is
//! who signs in.

mod ask;
mod asserted;
mod discovery;
mod endpoints;
mod enter;
mod flow;
mod id_token;
mod jwks;
mod linkedin;
mod linking;
mod providers;
pub(crate) mod queries;
mod redeem;
mod renew;
mod revoke;
mod social;

pub(crate) use asserted::Granted;
pub use flow::{Arrived, Begun, Lost, Purpose, Returned, begin, finish};
pub use linkedin::get_linkedin_profile;
#[cfg(feature = "testing")]
pub use linking::link_linkedin;
pub use linking::{methods, unlink};
pub use providers::{ClientSettings, OidcSettings, Providers, Settings};
pub(crate) use renew::{Renewal, renew_google};
pub use revoke::revoke_grants;
pub(crate) use revoke::{Grant, queue_revocation, work};
pub use social::auth_social_user;

use crate::{
    limits::Client,
    outbound::Away,
    security::{self, Event},
};
use domain::ErrorCode;

/// Why a provider vouches for nobody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unproven {
    /// It does not answer, or not sensibly.
    #[error(transparent)]
    Away(#[from] Away),
    /// It says no, or what it says is not for us.
    #[error("{0}")]
    Refused(String),
}

impl Unproven {
    fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// The error that callers see. What exactly happened goes to the log.
    fn told(&self, name: &str) -> crate::Error {
        match self {
            Self::Away(away) => {
                tracing::warn!(error = %away, provider = name, "a provider does not answer as it should");
                unavailable(name)
            }
            Self::Refused(why) => {
                tracing::info!(why, provider = name, "a provider's proof was refused");
                let detail =
                    format!("{name} did not confirm this. Sign in there again and send a fresh token.");
                crate::Error::api(ErrorCode::InvalidProviderToken, detail)
            }
        }
    }
}

/// A proof that does not hold is a try to sign in that failed.
fn refused(error: &crate::Error, client: &Client) {
    if matches!(error, crate::Error::Api(error) if error.code == ErrorCode::InvalidProviderToken) {
        security::note(Event::SignInFailed, None, Some(client));
    }
}

pub(crate) fn unavailable(name: &str) -> crate::Error {
    crate::Error::api(
        ErrorCode::ProviderUnavailable,
        format!("{name} does not answer as it should. Try again in a moment."),
    )
}
