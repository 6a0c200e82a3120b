//! Names of months, colors of series, and counts.

use domain::metrics::OTHER;

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

/// The chart color of a series, by its index in order of size: `1` to `8`, or `other`.
pub fn series_color(index: usize, source: &str) -> String {
    if source == OTHER {
        "other".into()
    } else {
        (index + 1).to_string()
    }
}

/// `1 job`, `2 jobs`.
pub fn count(n: i64, singular: &str, plural: &str) -> String {
    format!("{n} {}", if n == 1 { singular } else { plural })
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
