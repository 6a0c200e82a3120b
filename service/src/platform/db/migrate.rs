//! Applies migrations.

use crate::Error;
use sqlx::{
    Connection as _, PgConnection,
    migrate::{Migrate as _, MigrateError, Migrator},
    postgres::PgConnectOptions,
};
use std::time::Duration;

/// The migrations of this build, in order, forward only.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// Maximum time for all migrations, including waiting for another server that migrates the same database.
const MIGRATION_TIMEOUT: Duration = Duration::from_mins(2);

const UNRELEASED_VERSION: &str = "this database was created by an unreleased version of JobHax and cannot be migrated. \
     Start with an empty data folder (move the current one away) or with a new database.";

/// Applies the pending migrations of this build. sqlx holds an advisory lock during that time, so servers that start at the same time
/// wait for the first.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached, [`Error::Internal`] with a message for the operator if a migration
/// fails, the database was migrated by another version, or another server holds the lock for too long.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), Error> {
    migrate_with(options, &MIGRATOR).await
}

/// As [`migrate`], with other migrations, such as those of a later version in tests.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_with(options: &PgConnectOptions, migrator: &Migrator) -> Result<(), Error> {
    let mut conn = PgConnection::connect_with(options)
        .await
        .map_err(Error::Unavailable)?;
    super::queries::set_lock_timeout(&mut conn).await?;
    super::queries::disable_row_security(&mut conn).await?;
    let result = match tokio::time::timeout(MIGRATION_TIMEOUT, migrator.run(&mut conn)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(e)) => Err(Error::Internal(describe(&mut conn, &e).await)),
        Err(_) => Err(Error::Internal(
            "another server has been migrating this database for two minutes; check that server first".into(),
        )),
    };
    let _ = conn.close().await;
    result
}

/// A message with instructions for the operator.
async fn describe(conn: &mut PgConnection, error: &MigrateError) -> String {
    let other_version = matches!(
        error,
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)
    );
    if other_version && is_unreleased_version(conn).await {
        return UNRELEASED_VERSION.into();
    }
    match error {
        MigrateError::VersionMissing(version) => format!(
            "this database was migrated by a newer version of JobHax (migration {version}). Start that version or a later one."
        ),
        _ => format!("migrating the database failed: {error}"),
    }
}

/// The migrations of unreleased versions were replaced before the first release, beginning with the first one.
async fn is_unreleased_version(conn: &mut PgConnection) -> bool {
    let Ok(applied) = conn.list_applied_migrations(&MIGRATOR.table_name).await else {
        return false;
    };
    applied
        .first()
        .zip(MIGRATOR.iter().next())
        .is_some_and(|(applied, first)| {
            applied.version != first.version || applied.checksum != first.checksum
        })
}
