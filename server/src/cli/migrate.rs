//! `jobhax migrate`.

use super::{database::Database, print};
use crate::{
    config::{LogFormat, Migrate},
    data_dir::DataDir,
    embedded_postgres::roles,
    error::StartupError,
    telemetry,
};
use service::platform::rng::SystemRng;

/// Applies pending migrations, or prints the SQL of the roles.
pub async fn run(config: Migrate) -> Result<(), StartupError> {
    if config.print_roles {
        return print(&roles::script_for_operators());
    }
    telemetry::init("info", LogFormat::Text)?;
    let data_dir = DataDir::open(&config.database.data_dir)?;
    let database = Database::open(&config.database, &data_dir, &SystemRng).await?;
    let result = database.migrate().await;
    database.close().await;
    if result.is_ok() {
        tracing::info!("database schema is up to date");
    }
    result
}
