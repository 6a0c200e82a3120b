//! The filter of the metrics: a range of apply dates and a source.

use crate::{ApiError, FieldCode, FieldErrors, UserId, jobapps::date_bound, normalize};
use chrono::{Datelike as _, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Number of months of a chart without a range, including the current one.
pub const CHART_MONTHS: u32 = 12;
/// Maximum number of months of a chart by month.
pub const MAX_CHART_MONTHS: u32 = 60;

/// Query of the metrics: the applications that count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct MetricsQuery {
    /// Applied on or after this date.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Applied on or before this date.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// Exactly this source.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub source: Option<String>,
    /// The member whose applications are evaluated. Absent: the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

/// A validated [`MetricsQuery`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricsFilter {
    /// Applied on or after this date.
    pub from: Option<NaiveDate>,
    /// Applied on or before this date.
    pub to: Option<NaiveDate>,
    /// Exactly this source.
    pub source: Option<String>,
}

impl MetricsQuery {
    /// The validated filter.
    ///
    /// # Errors
    /// `invalid` if a date is out of range, the range ends before it starts, or the source is too long.
    pub fn parse(&self) -> Result<MetricsFilter, ApiError> {
        let mut errors = FieldErrors::default();
        let source = errors.check("source", normalize::optional_line(self.source.as_deref(), 200));
        let from = errors.check("from", date_bound(self.from)).flatten();
        let to = errors.check("to", date_bound(self.to)).flatten();
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            errors.add(
                "to",
                FieldCode::OutOfRange,
                "Choose an end on or after the start.",
            );
        }
        errors.into_result()?;
        Ok(MetricsFilter {
            from,
            to,
            source: source.flatten(),
        })
    }
}

impl MetricsFilter {
    /// The first days of the months of a chart: the months of the range, or the last [`CHART_MONTHS`].
    ///
    /// # Errors
    /// `invalid` if there are more than [`MAX_CHART_MONTHS`].
    pub fn months(&self, today: NaiveDate) -> Result<Vec<NaiveDate>, ApiError> {
        let first_day = |day: NaiveDate| day.with_day(1).unwrap_or(day);
        let last = first_day(self.to.or(self.from.map(|from| from.max(today))).unwrap_or(today));
        let first = self
            .from
            .map_or_else(|| last - Months::new(CHART_MONTHS - 1), first_day);
        let length = months_between(first, last) + 1;
        match u32::try_from(length) {
            Ok(length) if (1..=MAX_CHART_MONTHS).contains(&length) => {
                Ok((0..length).map(|n| first + Months::new(n)).collect())
            }
            _ => {
                let detail = format!("Choose a range of at most {MAX_CHART_MONTHS} months.");
                Err(ApiError::field("from", FieldCode::OutOfRange, detail))
            }
        }
    }
}

/// Number of months from one first day of a month to another.
pub fn months_between(first: NaiveDate, last: NaiveDate) -> i32 {
    (last.year() - first.year()) * 12 + last.month0().cast_signed() - first.month0().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn months(from: Option<&str>, to: Option<&str>) -> Result<(NaiveDate, usize), ApiError> {
        let query = MetricsQuery {
            from: from.map(day),
            to: to.map(day),
            source: None,
            owner_id: None,
        };
        let months = query.parse()?.months(day("2026-11-26"))?;
        Ok((months[0], months.len()))
    }

    #[test]
    fn months_without_a_range_are_the_last_twelve() {
        assert_eq!(months(None, None), Ok((day("2025-12-01"), 12)));
        assert_eq!(months(None, Some("2026-02-28")), Ok((day("2025-03-01"), 12)));
    }

    #[test]
    fn months_of_a_range_include_both_ends() {
        assert_eq!(months(Some("2026-10-31"), None), Ok((day("2026-10-01"), 2)));
        assert_eq!(months(Some("2026-12-24"), None), Ok((day("2026-12-01"), 1)));
        assert_eq!(
            months(Some("2026-01-15"), Some("2026-03-01")),
            Ok((day("2026-01-01"), 3))
        );
    }

    #[test]
    fn range_that_is_too_long_or_reversed_is_invalid() {
        assert!(months(Some("2021-01-01"), None).is_err());
        assert!(months(Some("2026-03-02"), Some("2026-03-01")).is_err());
    }
}
