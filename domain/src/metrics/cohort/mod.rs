//! Metrics of a group of people, or of everyone in an organization.

mod release;
#[cfg(test)]
mod tests;

pub use release::{
    Cohort, Contribution, Figure, MIN_CONTRIBUTORS, ROUNDING, Values, WEEKS, WeekCounts,
    cohorts_shown_by_week, shown_cohorts,
};

use super::{
    months_between,
    statistics::{median, to_f64},
};
use crate::{ApiError, FieldCode, FieldErrors, GroupId, jobapps::date_bound};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use release::round;
use serde::{Deserialize, Serialize};

/// Number of months if the query has no range.
const DEFAULT_MONTHS: u32 = 12;
/// Maximum number of months of a range.
const MAX_MONTHS: i32 = 36;

/// Query of `GET /api/metrics/get_cohort`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CohortQuery {
    /// The group. Absent: everyone in the workspace.
    #[serde(default)]
    pub group_id: Option<GroupId>,
    /// A day of the first month. Whole months count. Absent: eleven months before the last one.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// A day of the last month. Absent: the last month that is over.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

impl CohortQuery {
    /// The first days of the first and the last month. Months that are not over are left out.
    ///
    /// # Errors
    /// `invalid` if a date is out of range, the range ends before it starts, or has too many months.
    pub fn months(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), ApiError> {
        let mut errors = FieldErrors::default();
        let from = errors.check("from", date_bound(self.from)).flatten();
        let to = errors.check("to", date_bound(self.to)).flatten();
        errors.into_result()?;
        let first_day = |day: NaiveDate| day.with_day(1).unwrap_or(day);
        let over = first_day(today) - Months::new(1);
        let last = to.map_or(over, first_day);
        let first = from.map_or(last - Months::new(DEFAULT_MONTHS - 1), first_day);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            let detail = "Choose an end on or after the start.";
            return Err(ApiError::field("to", FieldCode::OutOfRange, detail));
        }
        if months_between(first, last) >= MAX_MONTHS {
            let detail = format!("Choose a range of at most {MAX_MONTHS} months.");
            return Err(ApiError::field("from", FieldCode::OutOfRange, detail));
        }
        Ok((first, last))
    }
}

/// Metrics of a cohort by month. A figure is `null` where it would say too much about too few people. Counts are rounded to multiples
/// of five.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CohortMetrics {
    /// The group; `null` for everyone.
    pub group_id: Option<GroupId>,
    /// People in the last month.
    pub members: u64,
    /// People who did anything in the last month that shows it.
    pub active: Option<u64>,
    /// Applications sent, in the months that show it; so are the following.
    pub applications: Option<u64>,
    /// First responses.
    pub responses: Option<u64>,
    /// Applications by the kind of stage that they reached.
    pub stages: CohortStages,
    /// Responses divided by applications, of the months that show both.
    pub response_rate: Option<f64>,
    /// Days from the application to the first response: the median of the people's medians, and of the months.
    pub median_response_days: Option<u32>,
    /// Days from the application to the offer, likewise.
    pub median_offer_days: Option<u32>,
    /// The months that are published.
    pub months: Vec<CohortMonth>,
}

/// Applications that reached a kind of stage or a later one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CohortStages {
    /// `screening`.
    pub screening: Option<u64>,
    /// `interview`.
    pub interview: Option<u64>,
    /// `offer`.
    pub offer: Option<u64>,
}

/// The figures of one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CohortMonth {
    /// The first day of the month.
    pub month: NaiveDate,
    /// People.
    pub members: u64,
    /// People who did anything.
    pub active: Option<u64>,
    /// Applications sent.
    pub applications: Option<u64>,
    /// First responses received, whenever the applications were sent.
    pub responses: Option<u64>,
    /// Applications that reached a kind of stage in this month.
    pub stages: CohortStages,
    /// Median of the people's medians of the days to the first responses of this month.
    pub median_response_days: Option<u32>,
    /// Median of the people's medians of the days to the offers of this month.
    pub median_offer_days: Option<u32>,
    /// The counts by week, in this order: days 1 to 7, 8 to 14, 15 to 21, and from 22 on. Empty unless one of them is shown. A figure is shown
    /// in all weeks of a month or in none.
    pub weeks: Vec<CohortWeek>,
}

/// The counts of one week of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CohortWeek {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// Applications sent.
    pub applications: Option<u64>,
    /// First responses received.
    pub responses: Option<u64>,
    /// Applications that reached a kind of stage in this week.
    pub stages: CohortStages,
}

impl CohortMetrics {
    /// Computes the metrics of a cohort. The contributions have to include everyone in the workspace, because the figures of a group that
    /// may be shown depend on those that are shown of other groups.
    pub fn new(group_id: Option<GroupId>, contributions: &[Contribution]) -> Self {
        let cohort = group_id.map_or(Cohort::Everybody, Cohort::Group);
        let mut months: Vec<NaiveDate> = contributions.iter().map(|c| c.month).collect();
        months.sort_unstable();
        months.dedup();
        let months: Vec<CohortMonth> = months
            .into_iter()
            .map(|month| {
                let of_month = contributions.iter().filter(|c| c.month == month);
                CohortMonth::new(month, cohort, &of_month.cloned().collect::<Vec<_>>())
            })
            .collect();
        let sum =
            |figure: fn(&CohortMonth) -> Option<u64>| months.iter().filter_map(figure).reduce(|a, b| a + b);
        let middle =
            |figure: fn(&CohortMonth) -> Option<u32>| median(months.iter().filter_map(figure).collect());
        let (responses, applications) = months
            .iter()
            .filter_map(|month| month.responses.zip(month.applications))
            .fold((0, 0), |sum, month| (sum.0 + month.0, sum.1 + month.1));
        Self {
            group_id,
            members: months.last().map_or(0, |month| month.members),
            active: months.iter().rev().find_map(|month| month.active),
            applications: sum(|month| month.applications),
            responses: sum(|month| month.responses),
            stages: CohortStages {
                screening: sum(|month| month.stages.screening),
                interview: sum(|month| month.stages.interview),
                offer: sum(|month| month.stages.offer),
            },
            response_rate: (applications > 0).then(|| rate(responses, applications)),
            median_response_days: middle(|month| month.median_response_days),
            median_offer_days: middle(|month| month.median_offer_days),
            months,
        }
    }

    /// Whether only the number of people is shown.
    pub fn is_hidden(&self) -> bool {
        self.months.iter().all(CohortMonth::is_hidden)
    }
}

impl CohortMonth {
    fn new(month: NaiveDate, cohort: Cohort, everybody: &[Contribution]) -> Self {
        let people = || everybody.iter().filter(|person| cohort.contains(person));
        let is_shown = |figure| shown_cohorts(everybody, figure).contains(&cohort);
        let sum = |figure: Figure| {
            let total = || people().map(|p| u64::from(figure.weight(&p.values))).sum();
            is_shown(figure).then(|| round(total()))
        };
        let middle = |figure: Figure, days: fn(&Values) -> Option<u32>| {
            let values = || people().filter_map(|p| days(&p.values)).collect();
            is_shown(figure).then(|| median(values())).flatten()
        };
        Self {
            month,
            members: people().count() as u64,
            active: sum(Figure::Active),
            applications: sum(Figure::Applications),
            responses: sum(Figure::Responses),
            stages: CohortStages {
                screening: sum(Figure::Screenings),
                interview: sum(Figure::Interviews),
                offer: sum(Figure::Offers),
            },
            median_response_days: middle(Figure::ResponseDays, |values| values.response_days),
            median_offer_days: middle(Figure::OfferDays, |values| values.offer_days),
            weeks: CohortWeek::of_month(month, cohort, everybody),
        }
    }

    fn is_hidden(&self) -> bool {
        let counts = [self.active, self.applications, self.responses];
        counts.iter().all(Option::is_none) && self.stages == CohortStages::default()
    }
}

impl CohortWeek {
    /// The first and the last day of each week of a month.
    pub fn days_of(month: NaiveDate) -> [(NaiveDate, NaiveDate); WEEKS] {
        let day = |n| month.with_day(n).unwrap_or(month);
        let last = month + Months::new(1) - Days::new(1);
        [
            (day(1), day(7)),
            (day(8), day(14)),
            (day(15), day(21)),
            (day(22), last),
        ]
    }

    fn of_month(month: NaiveDate, cohort: Cohort, everybody: &[Contribution]) -> Vec<Self> {
        let people = || everybody.iter().filter(|person| cohort.contains(person));
        let counts = |figure: Figure| -> [Option<u64>; WEEKS] {
            let is_shown = cohorts_shown_by_week(everybody, figure).contains(&cohort);
            std::array::from_fn(|week| {
                let total = || {
                    people()
                        .map(|p| u64::from(figure.weight_in_week(&p.values, week)))
                        .sum()
                };
                is_shown.then(|| round(total()))
            })
        };
        let (applications, responses) = (counts(Figure::Applications), counts(Figure::Responses));
        let screening = counts(Figure::Screenings);
        let interview = counts(Figure::Interviews);
        let offer = counts(Figure::Offers);
        let weeks: Vec<Self> = Self::days_of(month)
            .into_iter()
            .enumerate()
            .map(|(n, (from, to))| Self {
                from,
                to,
                applications: applications[n],
                responses: responses[n],
                stages: CohortStages {
                    screening: screening[n],
                    interview: interview[n],
                    offer: offer[n],
                },
            })
            .collect();
        if weeks.iter().all(Self::is_hidden) {
            Vec::new()
        } else {
            weeks
        }
    }

    fn is_hidden(&self) -> bool {
        self.applications.is_none() && self.responses.is_none() && self.stages == CohortStages::default()
    }
}

/// Rounds to hundredths, because the counts are rounded as well.
fn rate(part: u64, whole: u64) -> f64 {
    let (part, whole) = (to_f64(part), to_f64(whole));
    (part / whole * 100.0).round() / 100.0
}
