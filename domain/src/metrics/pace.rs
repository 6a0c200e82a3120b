//! Applications by week, against a goal.

use super::{Journey, MetricsFilter};
use crate::{ApiError, FieldCode};
use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Number of weeks if there is no range, including the current one.
pub const PACE_WEEKS: i64 = 12;
/// Maximum number of weeks.
pub const MAX_PACE_WEEKS: i64 = 262;
/// Maximum of a weekly goal.
pub const MAX_WEEKLY_GOAL: i32 = 100;

/// Applications sent by week, and the goal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pace {
    /// Applications to send in a week; `null` without a goal.
    pub weekly_goal: Option<i32>,
    /// Weeks from Monday to Sunday, in order. The last one may not be over.
    pub weeks: Vec<WeekCount>,
    /// Mean number of applications of the weeks that are over and completely in the range; `null` if none is.
    pub average: Option<f64>,
}

/// Applications sent in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekCount {
    /// The Monday.
    pub week: NaiveDate,
    /// Number of applications.
    pub applications: u64,
}

/// Body of `POST /api/metrics/set_goal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetGoalInput {
    /// Applications to send in a week, up to 100; 0 for no goal.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100))]
    pub weekly_goal: i32,
}

/// The goal of a user in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Goal {
    /// Applications to send in a week; `null` for no goal.
    pub weekly_goal: Option<i32>,
}

impl SetGoalInput {
    /// The validated goal; `None` for no goal.
    ///
    /// # Errors
    /// `invalid` if it is out of range.
    pub fn parse(self) -> Result<Option<i32>, ApiError> {
        if !(0..=MAX_WEEKLY_GOAL).contains(&self.weekly_goal) {
            let detail = format!("Use 1 to {MAX_WEEKLY_GOAL}, or 0 for no goal.");
            return Err(ApiError::field("weekly_goal", FieldCode::OutOfRange, detail));
        }
        Ok((self.weekly_goal > 0).then_some(self.weekly_goal))
    }
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

impl MetricsFilter {
    /// The first and the last Monday of the weeks to count: the weeks of the range, or the last [`PACE_WEEKS`].
    ///
    /// # Errors
    /// `invalid` if there are more than [`MAX_PACE_WEEKS`].
    pub fn weeks(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), ApiError> {
        let last = monday(self.to.or(self.from.map(|from| from.max(today))).unwrap_or(today));
        let first = self
            .from
            .map_or_else(|| last - Days::new(7 * (PACE_WEEKS.cast_unsigned() - 1)), monday);
        if (last - first).num_days() / 7 >= MAX_PACE_WEEKS {
            let detail = format!("Choose a range of at most {MAX_PACE_WEEKS} weeks.");
            return Err(ApiError::field("from", FieldCode::OutOfRange, detail));
        }
        Ok((first, last))
    }
}

impl Pace {
    /// The pace of these filtered applications in the weeks from `first` to `last`, which are Mondays.
    pub fn new(
        journeys: &[Journey],
        filter: &MetricsFilter,
        (first, last): (NaiveDate, NaiveDate),
        today: NaiveDate,
        weekly_goal: Option<i32>,
    ) -> Self {
        let length = usize::try_from((last - first).num_days() / 7 + 1).unwrap_or(0);
        let mut counts = vec![0_u64; length];
        for journey in journeys {
            let days = (journey.apply_date - first).num_days();
            if let Some(count) = usize::try_from(days.div_euclid(7))
                .ok()
                .and_then(|week| counts.get_mut(week))
            {
                *count += 1;
            }
        }
        let weeks: Vec<WeekCount> = first
            .iter_days()
            .step_by(7)
            .zip(counts)
            .map(|(week, applications)| WeekCount { week, applications })
            .collect();
        let is_complete = |week: &&WeekCount| {
            week.week < monday(today)
                && filter.from.is_none_or(|from| from <= week.week)
                && filter.to.is_none_or(|to| week.week + Days::new(6) <= to)
        };
        let past: Vec<_> = weeks.iter().filter(is_complete).collect();
        let sum: u64 = past.iter().map(|w| w.applications).sum();
        let average = (!past.is_empty())
            .then(|| super::statistics::to_f64(sum) / super::statistics::to_f64(past.len() as u64));
        Self {
            weekly_goal,
            weeks,
            average,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::journey::tests::history, *};
    use crate::jobapps::StageKind;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn weeks_start_on_monday_and_the_current_one_is_not_in_the_average() {
        let today = day("2026-11-26");
        let weeks = MetricsFilter::default().weeks(today).expect("weeks");
        assert_eq!(weeks, (day("2026-09-07"), day("2026-11-23")));
        let journeys: Vec<_> = [
            "2026-09-06",
            "2026-09-07",
            "2026-09-13",
            "2026-11-22",
            "2026-11-23",
        ]
        .into_iter()
        .map(|apply_date| {
            let mut journey = Journey::new(history(&[(StageKind::Applied, 0)], None)).expect("a journey");
            journey.apply_date = day(apply_date);
            journey
        })
        .collect();
        let pace = |filter: &MetricsFilter| Pace::new(&journeys, filter, weeks, today, Some(4));
        let all = pace(&MetricsFilter::default());
        let counts: Vec<_> = all.weeks.iter().map(|w| w.applications).collect();
        assert_eq!(counts, [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(all.average, Some(3.0 / 11.0));
        let cut = MetricsFilter {
            from: Some(day("2026-09-08")),
            to: Some(day("2026-11-21")),
            source: None,
        };
        assert_eq!(pace(&cut).average, Some(0.0), "weeks of which a part is left out");
    }

    #[test]
    fn range_of_too_many_weeks_is_invalid() {
        let filter = MetricsFilter {
            from: Some(day("2020-01-01")),
            ..MetricsFilter::default()
        };
        assert!(filter.weeks(day("2026-11-26")).is_err());
    }

    #[test]
    fn goal_out_of_range_is_invalid() {
        let parse = |weekly_goal| SetGoalInput { weekly_goal }.parse();
        assert_eq!(parse(1), Ok(Some(1)));
        assert_eq!(parse(0), Ok(None));
        assert!(parse(-1).is_err() && parse(101).is_err());
    }
}
