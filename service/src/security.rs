//! What whoever guards the service wants to hear of: one line in the log for each, with who, when, from where, and the
//! request that it happened in. No secret, no address of a mail, no text that a caller wrote.

use crate::limits::Client;
use domain::UserId;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An account was made.
    Registered,
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried to, with a wrong address or password.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// Somebody signed out everywhere.
    SignedOutEverywhere,
    /// Somebody changed their password.
    PasswordChanged,
    /// Somebody who is signed in gave a wrong password where theirs is asked for.
    PasswordRefused,
    /// Somebody set a new password by a link in a mail.
    PasswordReset,
    /// Somebody ended other sign-ins of theirs.
    SessionsEnded,
    /// Somebody took everything along that is stored about them.
    DataExported,
    /// Somebody erased their account.
    Erased,
    /// A refresh token was used twice, so its session was ended.
    RefreshReused,
    /// A limit was reached.
    RateLimited,
    /// Somebody asked for a workspace that they are not in.
    TenantDenied,
    /// Somebody's role did not allow it.
    ActionDenied,
    /// A page of another origin tried to write.
    CrossOriginDenied,
}

impl Event {
    /// As it stands in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::PasswordChanged => "password_changed",
            Self::PasswordRefused => "password_refused",
            Self::PasswordReset => "password_reset",
            Self::SessionsEnded => "sessions_ended",
            Self::DataExported => "data_exported",
            Self::Erased => "erased",
            Self::RefreshReused => "refresh_reused",
            Self::RateLimited => "rate_limited",
            Self::TenantDenied => "tenant_denied",
            Self::ActionDenied => "action_denied",
            Self::CrossOriginDenied => "cross_origin_denied",
        }
    }
}

/// Writes the line. The span of the request, and with it the request's id, is that of the caller.
pub fn note(event: Event, who: Option<UserId>, client: Option<&Client>) {
    let user = who.map(tracing::field::display);
    let address = client.map(|c| tracing::field::display(c.address()));
    tracing::info!(security = event.as_str(), user, address, "security event");
}
