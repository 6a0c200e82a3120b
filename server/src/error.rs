//! Errors that end the process. Each message is one line that says what to do.

use crate::{config::ConfigError, embedded_postgres::PostgresError};
use std::{io, net::SocketAddr, path::PathBuf};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// The data directory cannot be created or written.
    #[error("cannot write to the data directory {0}: {1}. Make this user its owner, or set JOBHAX_DATA_DIR")]
    DataDir(PathBuf, io::Error),
    /// Another server uses the data directory.
    #[error(
        "another jobhax server uses the data directory {0}. Stop it, or set JOBHAX_DATA_DIR to another directory"
    )]
    DataDirLocked(PathBuf),
    /// The address cannot be bound.
    #[error(
        "cannot listen on {0}: {1}. Stop the process that listens there, or set JOBHAX_LISTEN to another address"
    )]
    Listen(SocketAddr, io::Error),
    /// An invalid database URL.
    #[error("{name} is not a Postgres URL: {detail}. Expected postgres://user:password@host:5432/database")]
    DatabaseUrl {
        /// The name of the setting.
        name: &'static str,
        /// The parser's message; never the URL itself, which contains a password.
        detail: String,
    },
    /// The database cannot be reached.
    #[error(
        "cannot reach the database of {name}: {detail}. Check that it is running and that the URL is correct"
    )]
    DatabaseUnreachable {
        /// The name of the setting.
        name: &'static str,
        /// The driver's message.
        detail: String,
        /// Whether it may be reachable later without a change of the configuration.
        is_temporary: bool,
    },
    /// A migration failed.
    #[error("migration failed: {0}")]
    Migrate(String),
    /// The serving login bypasses row level security or lacks privileges.
    #[error(
        "refusing to serve: {0}. Create the roles that `jobhax migrate --print-roles` prints and connect as jobhax_login"
    )]
    Role(String),
    /// The database server has known vulnerabilities.
    #[error("refusing to serve: {0}")]
    OldPostgres(String),
    /// The embedded Postgres.
    #[error("embedded Postgres: {0}")]
    Postgres(#[from] PostgresError),
    /// An invalid setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The pool stopped handing out connections although the database is up.
    #[error("database connection pool stuck although the database responds. Start the server again")]
    PoolStuck,
    /// Anything else, such as an unreadable key file.
    #[error("{0}")]
    Other(String),
}
