//! The commands.

mod database;
mod healthcheck;
mod migrate;
mod process;
mod rotate_keys;
mod serve;

use crate::{config::Command, rest::openapi, start::StartError};
use std::io::Write as _;

/// Does what the command says, until it is done or told to stop.
pub async fn run(command: Command) -> Result<(), StartError> {
    match command {
        Command::Serve(config) => serve::run(*config).await,
        Command::Migrate(config) => migrate::run(config).await,
        Command::Healthcheck(config) => healthcheck::run(&config).await,
        Command::RotateKeys(config) => rotate_keys::run(&config),
        Command::Openapi => std::io::stdout()
            .write_all(openapi::text().as_bytes())
            .map_err(|e| StartError::Other(format!("cannot print: {e}"))),
    }
}
