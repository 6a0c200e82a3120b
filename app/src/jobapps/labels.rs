//! Labels for outcomes, stages and durations.

#[cfg(feature = "ssr")]
use chrono::{Datelike as _, NaiveDateTime};
use domain::jobapps::{Outcome, StageKind};

/// The label of an outcome.
pub const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Rejected => "Rejected",
        Outcome::Withdrawn => "Withdrawn",
        Outcome::Ghosted => "No response",
        Outcome::Accepted => "Accepted",
        Outcome::Cancelled => "Job cancelled",
    }
}

/// The keyboard shortcut that sets the outcome.
pub const fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Rejected => "R",
        Outcome::Withdrawn => "W",
        Outcome::Ghosted => "G",
        Outcome::Accepted => "A",
        Outcome::Cancelled => "C",
    }
}

/// The hint in an empty column.
pub const fn stage_hint(kind: StageKind) -> &'static str {
    match kind {
        StageKind::ToApply => "Jobs you want to apply for",
        StageKind::Applied => "Sent, waiting for a response",
        StageKind::Screening => "First calls",
        StageKind::Interview => "Meeting the team",
        StageKind::Offer => "Offers to consider",
    }
}

/// The format of a date: `12 Mar 2026`.
#[cfg(feature = "ssr")]
pub const DATE_FORMAT: &str = "%-d %b %Y";

/// The format of a date, without the year if it is the current year.
#[cfg(feature = "ssr")]
pub fn day_format(day: NaiveDateTime, now: NaiveDateTime) -> &'static str {
    if day.year() == now.year() {
        "%-d %b"
    } else {
        DATE_FORMAT
    }
}

/// The note on the card of a quiet application: `Quiet for 24 days`.
pub fn silence_note(quiet_days: Option<i64>, on_hold: bool) -> Option<String> {
    match quiet_days {
        _ if on_hold => Some("On hold".into()),
        Some(n) => Some(format!("Quiet for {}", days(n))),
        None => None,
    }
}

/// Reports that the last change of an application was undone, with its current stage.
pub fn undo_text(company: &str, stage: &str, outcome: Option<Outcome>) -> String {
    match outcome {
        None => format!("Undone. {company} is in {stage}."),
        Some(outcome) => format!(
            "Undone. {company} is closed: {}.",
            outcome_name(outcome).to_lowercase()
        ),
    }
}

/// `1 day`, `5 days`.
pub fn days(n: i64) -> String {
    if n == 1 {
        "1 day".into()
    } else {
        format!("{n} days")
    }
}
