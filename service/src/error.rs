//! What a use case can end in.

use domain::{ApiError, ErrorCode};

/// An error of a use case. [`ApiError`] is what callers see of it: nothing of the database leaves the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's doing, with what to do about it.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The database is away, too slow or shutting down. Trying again helps.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused a statement that should have worked.
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// An error with a code and a sentence.
    pub fn api(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Api(ApiError::new(code, detail))
    }

    /// It does not exist, or not for this caller.
    pub fn not_found() -> Self {
        Self::Api(ApiError::not_found())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let away = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => true,
            // 08 connection, 53 resources, 57 operator intervention, 58 system, 40 serialization, 25006 read only, 55P03 lock
            sqlx::Error::Database(e) => e.code().is_some_and(|c| {
                ["08", "53", "57", "58", "40"]
                    .iter()
                    .any(|class| c.starts_with(class))
                    || c == "25006"
                    || c == "55P03"
            }),
            _ => false,
        };
        if away {
            Self::Unavailable(error)
        } else {
            Self::Database(error)
        }
    }
}

impl From<Error> for ApiError {
    /// Logs what callers must not see, once, here.
    fn from(error: Error) -> Self {
        match error {
            Error::Api(api) => api,
            Error::Unavailable(source) => {
                tracing::warn!(error = %source, "database not available");
                let mut api = Self::new(
                    ErrorCode::Unavailable,
                    "The database is away for the moment. Try again shortly.",
                );
                api.retry_after = Some(2);
                api
            }
            Error::Database(source) => {
                tracing::error!(error = %source, "database refused a statement");
                Self::new(
                    ErrorCode::Internal,
                    "This is our fault; nothing was changed. Try again, and tell us if it stays.",
                )
            }
            Error::Internal(message) => {
                tracing::error!(error = %message, "internal error");
                Self::new(
                    ErrorCode::Internal,
                    "This is our fault; nothing was changed. Try again, and tell us if it stays.",
                )
            }
        }
    }
}
