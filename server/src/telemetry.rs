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
    // What Postgres says while migrations look for their own table, and each retry of a download, is no news.
    let quiet = ["sqlx::postgres::notice=warn", "reqwest_retry=error"];
    let filter = quiet
        .iter()
        .filter_map(|d| d.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    match format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    }
    .map_err(|e| problem(&e))
}
