//! The rows of the document.

use super::queries::HistoryRow;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::jobapps::{
    JobApplication, Outcome, SalaryPeriod,
    csv::{join_values, push_row},
};

const COLUMNS: [&str; 15] = [
    "Company",
    "Job title",
    "Stage",
    "Outcome",
    "Applied on",
    "Source",
    "Location",
    "Link",
    "Salary from",
    "Salary to",
    "Currency",
    "Salary per",
    "Tags",
    "Added at",
    "Updated at",
];

/// Appends the names of the columns.
pub(super) fn head(document: &mut String, has_history: bool) {
    let columns = COLUMNS.iter().chain(has_history.then_some(&"History"));
    push_row(
        document,
        &columns.map(|name| (*name).to_owned()).collect::<Vec<_>>(),
    );
}

/// Appends an application.
pub(super) fn push_application(
    document: &mut String,
    application: &JobApplication,
    history: Option<&[HistoryRow]>,
) {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<i64>| value.map(|n| n.to_string()).unwrap_or_default();
    let salary = application.salary.as_ref();
    let mut cells = vec![
        text(&application.company),
        text(&application.job_title),
        application.application_status.value.clone(),
        application
            .outcome
            .map(Outcome::as_str)
            .unwrap_or_default()
            .to_owned(),
        application.apply_date.to_string(),
        application.source.clone(),
        text(&application.location),
        text(&application.url),
        number(salary.and_then(|s| s.min)),
        number(salary.and_then(|s| s.max)),
        salary.map(|s| s.currency.clone()).unwrap_or_default(),
        salary
            .map(|s| SalaryPeriod::as_str(s.period))
            .unwrap_or_default()
            .to_owned(),
        join_values(&application.tags),
        time(application.created_at),
        time(application.updated_at),
    ];
    if let Some(history) = history {
        let lines = history.iter().map(|event| {
            let outcome = event.outcome.map_or("open", Outcome::as_str);
            format!("{} {outcome} {}", time(event.occurred_at), event.stage)
        });
        cells.push(lines.collect::<Vec<_>>().join("\n"));
    }
    push_row(document, &cells);
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
