//! Log lines: one a request, one a noteworthy event, for people or for machines.

use crate::{config::LogFormat, start::StartError};
use tracing_subscriber::EnvFilter;

/// Begins logging to standard error.
///
/// # Errors
/// [`StartError::Setting`] when the filter cannot be read.
pub fn start(filter: &str, format: LogFormat) -> Result<(), StartError> {
    let problem = |e: &dyn std::fmt::Display| StartError::Setting {
        name: "JOBHAX_LOG",
        detail: format!("{e}; write for example info or info,server=debug"),
    };
    let filter = EnvFilter::builder().parse(filter).map_err(|e| problem(&e))?;
    // What Postgres says while migrations look for their own table is no news.
    let filter = match "sqlx::postgres::notice=warn".parse() {
        Ok(quiet) => filter.add_directive(quiet),
        Err(_) => filter,
    };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    match format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    }
    .map_err(|e| problem(&e))
}
