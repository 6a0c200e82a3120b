//! Brings the schema up to date.

use crate::Error;
use sqlx::{Connection as _, PgConnection, migrate::Migrator, postgres::PgConnectOptions};
use std::time::Duration;

/// The migrations of this build, in order, forward only.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// How long to wait for another server that migrates at the same time.
const PATIENCE: Duration = Duration::from_mins(2);

/// Applies what is missing. Servers that start at once wait for the first: sqlx holds an advisory lock meanwhile.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached, [`Error::Internal`] with a sentence for the operator when
/// a migration fails, was changed after it ran, or another server holds the lock for too long.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), Error> {
    let mut conn = PgConnection::connect_with(options)
        .await
        .map_err(Error::Unavailable)?;
    super::queries::patient_locks(&mut conn).await?;
    let run = tokio::time::timeout(PATIENCE, MIGRATOR.run(&mut conn)).await;
    let _ = conn.close().await;
    match run {
        Ok(Ok(())) => Ok(()),
        Ok(Err(e)) => Err(Error::Internal(format!("migrating the database failed: {e}"))),
        Err(_) => Err(Error::Internal(
            "another server has been migrating the database for two minutes; look at it first".into(),
        )),
    }
}
