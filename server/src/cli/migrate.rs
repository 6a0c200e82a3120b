//! `jobhax migrate`.

use super::database::Opened;
use crate::{
    config::{LogFormat, Migrate},
    data_folder::DataFolder,
    postgres::roles,
    start::StartError,
    telemetry,
};
use service::rng::SystemRng;
use std::io::Write as _;

/// Brings the schema up to date, or prints the roles.
pub async fn run(config: Migrate) -> Result<(), StartError> {
    if config.print_roles {
        let printed = std::io::stdout().write_all(roles::for_operators().as_bytes());
        return printed.map_err(|e| StartError::Other(format!("cannot print: {e}")));
    }
    telemetry::start("info", LogFormat::Text)?;
    let folder = DataFolder::open(&config.database.data_dir)?;
    let database = Opened::open(&config.database, &folder, &SystemRng).await?;
    let result = database.migrate().await;
    database.close().await;
    if result.is_ok() {
        tracing::info!("the schema is up to date");
    }
    result
}
