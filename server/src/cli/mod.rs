//! The commands.

mod admin;
mod database;
mod doctor;
mod healthcheck;
mod mcp;
mod migrate;
mod rotate_keys;
mod serve;
mod signals;

use crate::{api::openapi, config::Command, error::StartupError};
use std::io::Write as _;

/// Runs a command until it ends or a shutdown signal arrives.
///
/// # Errors
/// [`StartupError`] is a one-line message for the user.
pub async fn run(command: Command) -> Result<(), StartupError> {
    match command {
        Command::Serve(config) => Box::pin(serve::run(*config)).await,
        Command::Migrate(config) => migrate::run(config).await,
        Command::Healthcheck(config) => healthcheck::run(&config).await,
        Command::RotateKeys(config) => Box::pin(rotate_keys::run(&config)).await,
        Command::Admin(config) => Box::pin(admin::run(config)).await,
        Command::Doctor(config) => Box::pin(doctor::run(*config)).await,
        Command::Mcp(config) => mcp::run(config).await,
        Command::Openapi => print(&openapi::json()),
    }
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), StartupError> {
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(|e| StartupError::Other(format!("cannot write to standard output: {e}")))
}
