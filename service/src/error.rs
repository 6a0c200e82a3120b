//! Errors of use cases.

use domain::{ApiError, ErrorCode};

/// Shown for every unexpected error; the cause is only logged.
const INTERNAL_ERROR_DETAIL: &str = "Something went wrong on our side. Please try again.";

/// Ends of the names of foreign keys to users, memberships and tenants, as Postgres generates them.
const ACCOUNT_KEYS: [&str; 3] = ["_user_id_fkey", "_owner_id_fkey", "_tenant_id_fkey"];
const ACCOUNT_MISSING_DETAIL: &str = "This account or workspace has been deleted.";

/// The message of Citus when a node fails in the middle of a transaction. It has the SQLSTATE of an internal error.
const CITUS_NODE_FAILURE: &str = "failure on connection marked as essential";

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

    /// Whether the database is not running, starting or overloaded. Waiting does not help if it rejects the login, has no such
    /// database, or has no valid certificate.
    pub fn is_temporary_outage(&self) -> bool {
        match self {
            Self::Unavailable(source @ sqlx::Error::Database(_)) => is_unavailable(source),
            Self::Unavailable(sqlx::Error::Io(_)) => true,
            _ => false,
        }
    }

    /// The account of the caller, or their workspace, has been deleted since the request was authenticated.
    pub(crate) fn account_missing() -> Self {
        Self::api(ErrorCode::Unauthorized, ACCOUNT_MISSING_DETAIL)
    }

    /// The database has a value in this column that this version of the program does not know.
    pub(crate) fn unknown_value(column: &str) -> Self {
        Self::Internal(format!("the database contains an unknown {column}"))
    }

    /// A temporary error, with the seconds after which a retry may succeed.
    pub(crate) fn retry_later(code: ErrorCode, detail: &str, seconds: u32) -> Self {
        let mut error = ApiError::new(code, detail);
        error.retry_after = Some(seconds);
        error.into()
    }

    /// The object does not exist or is not visible to the caller.
    pub fn not_found() -> Self {
        Self::Api(ApiError::not_found())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_account_missing(&error) {
            Self::account_missing()
        } else if is_unavailable(&error) {
            Self::Unavailable(error)
        } else {
            Self::Database(error)
        }
    }
}

/// Whether a write failed because the user, membership or tenant has been deleted since the request was authenticated: either
/// the membership cannot be locked, or a foreign key has no row.
fn is_account_missing(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    match error.code().as_deref() {
        Some("JH003") => true,
        Some("23503") => error
            .constraint()
            .is_some_and(|constraint| ACCOUNT_KEYS.iter().any(|key| constraint.ends_with(key))),
        _ => false,
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
        sqlx::Error::Database(e) => {
            e.code().is_some_and(|code| is_temporary(&code)) || e.message().contains(CITUS_NODE_FAILURE)
        }
        _ => false,
    }
}

/// The SQLSTATE of an error that is not caused by the statement. Classes 08 connection, 53 resources, 57 operator
/// intervention, 58 system, 40 serialization; 25006 read-only transaction, 25P03 and 25P04 timeouts of a transaction, 55P03
/// lock not available.
fn is_temporary(code: &str) -> bool {
    let classes = ["08", "53", "57", "58", "40"];
    classes.iter().any(|class| code.starts_with(class))
        || ["25006", "25P03", "25P04", "55P03"].contains(&code)
}

impl From<Error> for ApiError {
    /// Logs unexpected errors, which callers must not see.
    fn from(error: Error) -> Self {
        match error {
            Error::Api(api) => api,
            Error::Unavailable(source) => {
                tracing::warn!(error = %source, "database unavailable");
                Self::new(
                    ErrorCode::Unavailable,
                    "The database is temporarily unavailable. Try again shortly.",
                )
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

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::error::{DatabaseError, ErrorKind};
    use std::{borrow::Cow, error::Error as StdError, fmt};

    #[derive(Debug)]
    struct Failure {
        code: &'static str,
        message: &'static str,
    }

    impl fmt::Display for Failure {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.message)
        }
    }

    impl StdError for Failure {}

    impl DatabaseError for Failure {
        fn message(&self) -> &str {
            self.message
        }
        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.code.into())
        }
        fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
            self
        }
        fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
            self
        }
        fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
            self
        }
        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    fn code_of(code: &'static str, message: &'static str) -> ErrorCode {
        let error = sqlx::Error::Database(Box::new(Failure { code, message }));
        ApiError::from(Error::from(error)).code
    }

    #[test]
    fn failure_of_the_database_is_unavailable_and_of_a_statement_internal() {
        for code in [
            "08006", "53300", "57014", "57P01", "58030", "40P01", "25006", "25P03", "25P04", "55P03",
        ] {
            assert_eq!(code_of(code, "failed"), ErrorCode::Unavailable, "{code}");
        }
        let essential = "failure on connection marked as essential: worker-1:5432";
        assert_eq!(code_of("XX000", essential), ErrorCode::Unavailable);
        for code in ["XX000", "25P02", "42601", "22008", "23503"] {
            assert_eq!(code_of(code, "failed"), ErrorCode::Internal, "{code}");
        }
    }
}
