//! Days in the zone of a person.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The day that it is for the person.
pub(crate) fn today(now: DateTime<Utc>, time_zone: &str) -> NaiveDate {
    now.with_timezone(&zone(time_zone)).date_naive()
}

/// When the day begins for the person. Where clocks skip midnight, it begins when they go on.
pub(crate) fn midnight(day: NaiveDate, time_zone: &str) -> DateTime<Utc> {
    let zone = zone(time_zone);
    let start = day.and_time(NaiveTime::MIN);
    (0..=3)
        .find_map(|hour| {
            zone.from_local_datetime(&(start + chrono::TimeDelta::hours(hour)))
                .earliest()
        })
        .map_or_else(|| start.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_person_is() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 6).expect("day");
        assert_eq!(
            midnight(day, "Europe/Berlin").to_rfc3339(),
            "2026-09-05T22:00:00+00:00"
        );
        // Chile's clocks went from 24:00 to 1:00 that night.
        assert_eq!(
            midnight(day, "America/Santiago").to_rfc3339(),
            "2026-09-06T04:00:00+00:00"
        );
        let late = "2026-09-05T23:30:00Z".parse().expect("time");
        assert_eq!(today(late, "Asia/Tokyo"), day);
        assert_eq!(today(late, "UTC"), day.pred_opt().expect("day"));
    }
}
