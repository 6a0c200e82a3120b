//! Names of months, colors of series, and counts.

use crate::jobapps::labels::outcome_name;
use chrono::{Datelike as _, NaiveDate};
use domain::{
    jobapps::{Outcome, StageKind},
    metrics::OTHER,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `November` for `2026-11`.
pub fn month_name(month: &str) -> &str {
    let number: Option<usize> = month.split_once('-').and_then(|(_, number)| number.parse().ok());
    number
        .and_then(|number| MONTHS.get(number.checked_sub(1)?))
        .copied()
        .unwrap_or(month)
}

/// `Nov` for `2026-11`.
pub fn month_abbreviation(month: &str) -> &str {
    let name = month_name(month);
    name.get(..3).unwrap_or(name)
}

/// `Nov 2026` for `2026-11`.
pub fn month_and_year(month: &str) -> String {
    match month.split_once('-') {
        Some((year, _)) => format!("{} {year}", month_abbreviation(month)),
        None => month.to_owned(),
    }
}

/// `23 Nov` for the week of that Monday.
pub fn week_name(monday: NaiveDate) -> String {
    let month = MONTHS.get(monday.month0() as usize).copied().unwrap_or_default();
    format!("{} {}", monday.day(), month.get(..3).unwrap_or(month))
}

/// The name of a kind of stage, for counts that combine stages with different names.
pub const fn kind_name(kind: StageKind) -> &'static str {
    match kind {
        StageKind::ToApply => "To apply",
        StageKind::Applied => "Applied",
        StageKind::Screening => "Phone screen",
        StageKind::Interview => "Interview",
        StageKind::Offer => "Offer",
    }
}

/// The name of a final state, usually with the kind of the last stage: `Rejected after interview`, `Offer, open`.
pub fn flow_node_name(kind: StageKind, outcome: Option<Outcome>) -> String {
    let after = kind_name(kind).to_lowercase();
    match (kind, outcome) {
        (StageKind::Applied, None) => "Waiting for a response".into(),
        (StageKind::Applied, Some(Outcome::Ghosted)) => "No response".into(),
        (StageKind::Applied, Some(Outcome::Rejected)) => "Rejected".into(),
        (StageKind::Offer, Some(Outcome::Accepted)) => "Offer accepted".into(),
        (_, None) => format!("{}, open", kind_name(kind)),
        (_, Some(outcome)) => format!("{} after {after}", outcome_name(outcome)),
    }
}

/// `28%` for a share from 0 to 1.
pub fn percentage(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// The chart color of a series: `1` to `8` by its index, or `other`. Series are sorted by size.
pub fn series_color(index: usize, source: &str) -> String {
    if source == OTHER {
        "other".into()
    } else {
        (index + 1).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_is_abbreviated() {
        assert_eq!(month_and_year("2026-01"), "Jan 2026");
        assert_eq!(month_abbreviation("oddly"), "odd");
    }
}
