//! `jobhax doctor`: reports problems with configuration, database, keys, email, providers and clock, each with its remedy. It changes
//! nothing and never prints secrets.

mod checks;

use super::print;
use crate::{config::Doctor, error::StartupError};
use serde::Serialize;
use std::time::Duration;
use tokio::time::timeout;

/// Timeout of a check. A check that takes longer counts as failed.
const CHECK_TIMEOUT: Duration = Duration::from_secs(8);

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Warning,
    Problem,
}

/// The result of a check.
#[derive(Debug, Serialize)]
struct Finding {
    check: String,
    status: Status,
    detail: String,
    /// The remedy; empty if none is needed.
    remedy: String,
}

impl Finding {
    fn ok(check: &str, detail: impl Into<String>) -> Self {
        Self::new(check, Status::Ok, detail, "")
    }

    fn warning(check: &str, detail: impl Into<String>, remedy: &str) -> Self {
        Self::new(check, Status::Warning, detail, remedy)
    }

    fn problem(check: &str, detail: impl Into<String>, remedy: &str) -> Self {
        Self::new(check, Status::Problem, detail, remedy)
    }

    fn new(check: &str, status: Status, detail: impl Into<String>, remedy: &str) -> Self {
        // Errors of libraries can span several lines.
        let detail: String = detail.into();
        Self {
            check: check.to_owned(),
            status,
            detail: detail.split_whitespace().collect::<Vec<_>>().join(" "),
            remedy: remedy.to_owned(),
        }
    }
}

/// Runs all checks concurrently and prints one line for each.
pub async fn run(config: Doctor) -> Result<(), StartupError> {
    let serve = &config.serve;
    let (database, smtp, providers) = tokio::join!(
        limited("database", checks::database(serve)),
        limited("email", checks::email(serve)),
        limited("providers", checks::providers(serve)),
    );
    let mut findings = checks::local(serve);
    findings.extend(database);
    findings.extend(smtp);
    findings.extend(providers);
    if config.json {
        let text = serde_json::to_string_pretty(&findings).map_err(|e| StartupError::Other(e.to_string()))?;
        print(&format!("{text}\n"))?;
    } else {
        print(&findings.iter().map(line).collect::<String>())?;
    }
    match findings.iter().filter(|f| f.status == Status::Problem).count() {
        0 => Ok(()),
        count => Err(StartupError::Other(format!("{count} problems found"))),
    }
}

async fn limited(check: &str, findings: impl Future<Output = Vec<Finding>>) -> Vec<Finding> {
    timeout(CHECK_TIMEOUT, findings).await.unwrap_or_else(|_| {
        let detail = format!("no result within {} seconds", CHECK_TIMEOUT.as_secs());
        vec![Finding::problem(
            check,
            detail,
            "check network and firewall between the two",
        )]
    })
}

fn line(finding: &Finding) -> String {
    let status = match finding.status {
        Status::Ok => "ok      ",
        Status::Warning => "warning ",
        Status::Problem => "PROBLEM ",
    };
    let remedy = if finding.remedy.is_empty() {
        String::new()
    } else {
        format!(" → {}", finding.remedy)
    };
    format!("{status} {}: {}{remedy}\n", finding.check, finding.detail)
}
