//! Time from the application to the first response.

use super::{Journey, statistics::kaplan_meier};
use crate::jobapps::Outcome;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// How long employers take to respond. Applications that still wait count for as long as they have waited (Kaplan–Meier).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResponseTimes {
    /// Applications that count: all that were sent, but those that are only known from the first response or later, such as those that
    /// a rejection added. How long they waited is not known; in the response rates they count.
    pub applications: u64,
    /// Applications with a response.
    pub responses: u64,
    /// Days until a quarter has a response; `null` if that is not reached yet.
    pub lower_quartile_days: Option<u32>,
    /// Days until half have a response; `null` if that is not reached yet.
    pub median_days: Option<u32>,
    /// Days until three quarters have a response; `null` if that is not reached yet.
    pub upper_quartile_days: Option<u32>,
    /// The share with a response, after each day that had one.
    pub curve: Vec<ResponsePoint>,
}

/// A point of the curve of response times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResponsePoint {
    /// Days since the application.
    pub day: u32,
    /// Estimated share with a response by this day, from 0 to 1.
    pub share: f64,
    /// Lower end of the 95% interval.
    pub low: f64,
    /// Upper end of the 95% interval.
    pub high: f64,
    /// Applications that still waited before this day.
    pub waiting: u64,
}

impl ResponseTimes {
    /// The response times of these applications. `day_of` gives the day of an instant in the user's time zone.
    pub fn new(journeys: &[Journey], today: NaiveDate, day_of: impl Fn(DateTime<Utc>) -> NaiveDate) -> Self {
        let observations: Vec<(u32, bool)> = journeys
            .iter()
            .filter(|journey| !journey.is_start_unknown)
            .map(|journey| {
                let withdrawn = journey
                    .closed_at
                    .filter(|_| journey.outcome == Some(Outcome::Withdrawn));
                let end = journey.responded_at.or(withdrawn).map_or(today, &day_of);
                let days = u32::try_from((end - journey.apply_date).num_days()).unwrap_or(0);
                (days, journey.responded_at.is_some())
            })
            .collect();
        let applications = observations.len() as u64;
        let responses = observations
            .iter()
            .filter(|(_, is_response)| *is_response)
            .count() as u64;
        let curve: Vec<_> = kaplan_meier(observations)
            .into_iter()
            .map(|point| ResponsePoint {
                day: point.day,
                share: point.share,
                low: point.low,
                high: point.high,
                waiting: point.at_risk,
            })
            .collect();
        // The tolerance makes a share of exactly one half count as one half despite rounding errors.
        let days_until = |share: f64| curve.iter().find(|p| p.share >= share - 1e-9).map(|p| p.day);
        Self {
            applications,
            responses,
            lower_quartile_days: days_until(0.25),
            median_days: days_until(0.5),
            upper_quartile_days: days_until(0.75),
            curve,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::journey::tests::{at, history},
        *,
    };
    use crate::jobapps::StageKind;

    #[test]
    fn applications_that_wait_count_for_as_long_as_they_waited() {
        let sent = [(StageKind::Applied, 0)];
        let journeys: Vec<_> = [
            history(&sent, Some((Outcome::Rejected, 3))),
            history(&[(StageKind::Applied, 0), (StageKind::Screening, 10)], None),
            history(&sent, None),
            history(&sent, Some((Outcome::Ghosted, 30))),
            history(&sent, Some((Outcome::Withdrawn, 5))),
            history(&[(StageKind::Screening, 0)], None),
        ]
        .into_iter()
        .filter_map(Journey::new)
        .collect();
        let times = ResponseTimes::new(&journeys, at(40).date_naive(), |at| at.date_naive());
        assert_eq!((times.applications, times.responses), (5, 2));
        let points: Vec<_> = times.curve.iter().map(|p| (p.day, p.waiting)).collect();
        // The application that was withdrawn on day 5 no longer waits on day 10.
        assert_eq!(points, [(3, 5), (10, 3)]);
        assert_eq!(
            (
                times.lower_quartile_days,
                times.median_days,
                times.upper_quartile_days
            ),
            (Some(10), None, None)
        );
    }
}
