//! Errors of use cases.

use domain::{ApiError, ErrorCode};

/// Shown for every unexpected error; the cause is only logged.
const INTERNAL_ERROR_DETAIL: &str = "Something went wrong on our side. Please try again.";
/// How long clients should wait when the database is unavailable, in seconds.
const UNAVAILABLE_RETRY_AFTER: u32 = 2;

/// An error of a use case. Callers receive it as [`ApiError`], without details of the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An error that the caller can act on.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The database is unreachable, overloaded or shutting down. A retry may succeed.
    #[error("database unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A statement failed unexpectedly.
    #[error("database query failed: {0}")]
    Database(#[source] sqlx::Error),
    /// Any other unexpected error.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// An [`ApiError`] with this code and detail.
    pub fn api(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Api(ApiError::new(code, detail))
    }

    /// The object does not exist or is not visible to the caller.
    pub fn not_found() -> Self {
        Self::Api(ApiError::not_found())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_unavailable(&error) {
            Self::Unavailable(error)
        } else {
            Self::Database(error)
        }
    }
}

fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        // Classes 08 connection, 53 resources, 57 operator intervention, 58 system, 40 serialization;
        // 25006 read-only transaction, 55P03 lock not available.
        sqlx::Error::Database(e) => e.code().is_some_and(|code| {
            ["08", "53", "57", "58", "40"]
                .iter()
                .any(|class| code.starts_with(class))
                || code == "25006"
                || code == "55P03"
        }),
        _ => false,
    }
}

impl From<Error> for ApiError {
    /// Logs unexpected errors, which callers must not see.
    fn from(error: Error) -> Self {
        match error {
            Error::Api(api) => api,
            Error::Unavailable(source) => {
                tracing::warn!(error = %source, "database unavailable");
                let mut api = Self::new(
                    ErrorCode::Unavailable,
                    "The database is temporarily unavailable. Try again shortly.",
                );
                api.retry_after = Some(UNAVAILABLE_RETRY_AFTER);
                api
            }
            Error::Database(source) => {
                tracing::error!(error = %source, "database query failed");
                Self::new(ErrorCode::Internal, INTERNAL_ERROR_DETAIL)
            }
            Error::Internal(message) => {
                tracing::error!(error = %message, "internal error");
                Self::new(ErrorCode::Internal, INTERNAL_ERROR_DETAIL)
            }
        }
    }
}
