//! Errors of OAuth sign-in: precise for the log, general for the caller.

use super::Purpose;
use crate::{
    Error,
    audit_log::{self, AuditEvent},
    context::ClientInfo,
    platform::http_client::FetchError,
};
use domain::{ApiError, ErrorCode, routes::Route};

/// Why a callback failed.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// The callback belongs to no open flow of this browser. Responses must not reveal the reason.
    #[error("invalid OAuth flow: {0}")]
    InvalidFlow(#[from] InvalidFlow),
    /// An error to show to the user on the page where the flow was started.
    #[error("{error}")]
    Failed {
        /// The error.
        error: ApiError,
        /// The purpose of the flow.
        purpose: Purpose,
        /// The page where it was started.
        page: Route,
    },
    /// An internal error, such as an unavailable database.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Why a callback belongs to no open flow; for the log only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFlow {
    /// The provider in the path is unknown or not configured.
    #[error("unknown provider")]
    UnknownProvider,
    /// The query cannot be parsed.
    #[error("malformed query")]
    MalformedQuery,
    /// There is no state parameter, or it is malformed.
    #[error("missing or malformed state")]
    MissingState,
    /// The browser sent no flow cookie, or a malformed one.
    #[error("missing or malformed cookie")]
    MissingCookie,
    /// No flow has this state.
    #[error("state mismatch")]
    StateMismatch,
    /// The flow was started in another browser.
    #[error("browser mismatch")]
    BrowserMismatch,
    /// The flow was started with another provider.
    #[error("provider mismatch")]
    ProviderMismatch,
    /// The signed-in user is not the one who started the flow.
    #[error("user mismatch")]
    UserMismatch,
    /// The flow was not completed in time.
    #[error("expired")]
    Expired,
    /// The flow was completed before.
    #[error("already used")]
    AlreadyUsed,
}

/// Why a provider's confirmation could not be obtained.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider does not respond, or its response is invalid.
    #[error(transparent)]
    Unavailable(#[from] FetchError),
    /// The provider rejects the token or code, or the token is not valid for this client.
    #[error("{0}")]
    Rejected(String),
}

impl ProviderError {
    pub fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected(reason.into())
    }

    /// Logs the details and returns the error for the caller.
    pub fn into_api_error(self, provider_name: &str) -> Error {
        match self {
            Self::Unavailable(error) => {
                tracing::warn!(%error, provider = provider_name, "OAuth provider request failed");
                provider_unavailable(provider_name)
            }
            Self::Rejected(reason) => {
                tracing::info!(reason, provider = provider_name, "OAuth provider token rejected");
                Error::api(
                    ErrorCode::InvalidProviderToken,
                    format!(
                        "{provider_name} rejected the token. Sign in to {provider_name} again and send a new token."
                    ),
                )
            }
        }
    }
}

/// Records a rejected token in the audit log; other errors are not failed sign-ins.
pub(super) fn record_failed_sign_in(error: &Error, client: &ClientInfo) {
    if matches!(error, Error::Api(error) if error.code == ErrorCode::InvalidProviderToken) {
        audit_log::record(AuditEvent::SignInFailed, None, Some(client.ip()));
    }
}

pub(crate) fn provider_unavailable(provider_name: &str) -> Error {
    Error::api(
        ErrorCode::ProviderUnavailable,
        format!("{provider_name} is not responding. Try again in a few minutes."),
    )
}
