//! Queries of `jobhax doctor` to the database.

use super::{
    MIGRATOR, queries,
    role::{RoleError, check_role},
};
use crate::Error;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection, migrate::Migrate as _, postgres::PgConnectOptions};

/// The state of a database.
#[derive(Debug)]
pub struct Diagnosis {
    /// Whether the server may use the login, or why not. Includes a check of the database version.
    pub role: Result<(), RoleError>,
    /// Number of migrations of this build that are not applied yet; `None` if the login for migrations cannot read which are applied.
    pub pending: Option<usize>,
    /// Tables with row level security that is not forced.
    pub unforced: Vec<String>,
    /// The time of the database.
    pub now: DateTime<Utc>,
}

/// Connects as both logins and changes nothing.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn diagnose(login: &PgConnectOptions, owner: &PgConnectOptions) -> Result<Diagnosis, Error> {
    let mut conn = PgConnection::connect_with(owner)
        .await
        .map_err(Error::Unavailable)?;
    let applied = conn.list_applied_migrations(&MIGRATOR.table_name).await;
    let pending = applied.ok().map(|applied| {
        let is_pending = |version: i64| !applied.iter().any(|migration| migration.version == version);
        MIGRATOR
            .iter()
            .filter(|migration| is_pending(migration.version))
            .count()
    });
    let unforced = queries::list_unforced_tables(&mut conn).await?;
    let now = queries::current_time(&mut conn).await?;
    let _ = conn.close().await;
    Ok(Diagnosis {
        role: match check_role(login).await {
            Ok(role) => role,
            // Before the first migration, the role that the login must be a member of does not exist.
            Err(_) if pending.is_none_or(|pending| pending > 0) => Ok(()),
            Err(error) => return Err(error),
        },
        pending,
        unforced,
        now,
    })
}
