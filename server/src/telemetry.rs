//! Logging.

use crate::config::{ConfigError, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error.
///
/// # Errors
/// [`ConfigError`] if the filter is not valid.
pub fn init(filter: &str, format: LogFormat) -> Result<(), ConfigError> {
    let error = |e: &dyn std::fmt::Display| ConfigError {
        name: "JOBHAX_LOG",
        detail: format!("{e}. Write for example info or info,server=debug"),
    };
    let filter = EnvFilter::builder().parse(filter).map_err(|e| error(&e))?;
    // Postgres notices about existing tables during migration, and retries of the Postgres download, are noise. async-imap logs message
    // contents and commands with passwords. rmcp warns about each invalid call, which the response already reports.
    let overrides = [
        "sqlx::postgres::notice=warn",
        "reqwest_retry=error",
        "async_imap=off",
        "rmcp=error",
    ];
    let filter = overrides
        .iter()
        .filter_map(|d| d.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    match format {
        LogFormat::Text => subscriber
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => subscriber
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init(),
    }
    .map_err(|e| error(&e))
}
