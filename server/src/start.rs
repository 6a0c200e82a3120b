//! What can go wrong at the start. Each is one line that says what to do.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why the program did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made or written.
    #[error(
        "cannot write to the data folder {0}: {1}. Give it to this user, or name another by JOBHAX_DATA_DIR"
    )]
    DataFolder(PathBuf, io::Error),
    /// Another server works on the data folder.
    #[error(
        "another jobhax serves from the data folder {0}. Stop it first, or name another folder by JOBHAX_DATA_DIR"
    )]
    DataFolderTaken(PathBuf),
    /// The listening address cannot be had.
    #[error("cannot listen on {0}: {1}. Stop what listens there, or choose another address by JOBHAX_LISTEN")]
    Listen(SocketAddr, io::Error),
    /// A database URL that is not one.
    #[error(
        "{name} is not a Postgres URL: {detail}. It looks like postgres://user:password@host:5432/database"
    )]
    DatabaseUrl {
        /// The name of the setting.
        name: &'static str,
        /// What the parser said; never the URL itself, which holds a password.
        detail: String,
    },
    /// The database does not answer.
    #[error("cannot reach the database of {name}: {detail}. Check that it runs and that the URL is right")]
    DatabaseAway {
        /// The name of the setting.
        name: &'static str,
        /// What the driver said.
        detail: String,
    },
    /// The schema could not be brought up to date.
    #[error("{0}. Where the login may not make roles, run what `jobhax migrate --print-roles` prints")]
    Migrate(String),
    /// The serving login is not bound by row level security, or too weak.
    #[error(
        "refusing to serve: {0}. Make the roles that `jobhax migrate --print-roles` prints and serve as jobhax_login"
    )]
    Role(String),
    /// The database server has known holes.
    #[error("refusing to serve: {0}")]
    OldPostgres(String),
    /// The embedded Postgres.
    #[error("embedded Postgres: {0}")]
    Postgres(#[from] crate::postgres::PostgresError),
    /// A setting with a wrong value.
    #[error("{name}: {detail}")]
    Setting {
        /// The name of the setting.
        name: &'static str,
        /// What is wrong and what to write instead.
        detail: String,
    },
    /// Serving had to end: the pool gave no connections any more.
    #[error("the pool of database connections was stuck although the database answers. Start again")]
    PoolStuck,
    /// Keys, tokens and the like.
    #[error("{0}")]
    Other(String),
}
