//! Calendar days in a user's time zone.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use domain::{FieldCode, normalize::TextError};

/// Unknown names count as UTC.
fn parse_zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The name, or UTC if it is unknown.
pub(crate) fn known_or_utc(name: &str) -> &'static str {
    parse_zone(name).name()
}

/// The name of a time zone in the IANA database.
pub(crate) fn check_zone(name: &str) -> Result<String, TextError> {
    match name.trim().parse::<Tz>() {
        Ok(zone) => Ok(zone.name().to_owned()),
        Err(_) => Err((
            FieldCode::InvalidFormat,
            "Use an IANA name, such as Europe/Berlin.".into(),
        )),
    }
}

/// Date and time of day in a time zone.
pub fn local_time(at: DateTime<Utc>, time_zone: &str) -> NaiveDateTime {
    at.with_timezone(&parse_zone(time_zone)).naive_local()
}

/// The instant of a date and time of day in a time zone. A time that a clock change skips is an hour later; a time that occurs
/// twice is the first of both. `None` at the limits of the representable range.
pub fn instant(local: NaiveDateTime, time_zone: &str) -> Option<DateTime<Utc>> {
    let zone = parse_zone(time_zone);
    let later = || local.checked_add_signed(chrono::TimeDelta::hours(1));
    zone.from_local_datetime(&local)
        .earliest()
        .or_else(|| zone.from_local_datetime(&later()?).earliest())
        .map(|at| at.with_timezone(&Utc))
}

/// The current day.
pub fn today(now: DateTime<Utc>, time_zone: &str) -> NaiveDate {
    now.with_timezone(&parse_zone(time_zone)).date_naive()
}

/// The start of the day. If a clock change skips midnight, the first hour that exists.
pub fn midnight(day: NaiveDate, time_zone: &str) -> DateTime<Utc> {
    let zone = parse_zone(time_zone);
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
    fn local_time_is_an_instant_also_when_clocks_change() {
        let utc = |text: &str| {
            let local = text.parse().expect("a time");
            instant(local, "Europe/Berlin").expect("an instant").to_rfc3339()
        };
        assert_eq!(utc("2026-12-01T14:00:00"), "2026-12-01T13:00:00+00:00");
        assert_eq!(utc("2026-03-29T02:30:00"), "2026-03-29T01:30:00+00:00");
        assert_eq!(utc("2026-10-25T02:30:00"), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn day_starts_at_local_midnight_or_first_existing_hour() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 6).expect("day");
        assert_eq!(
            midnight(day, "Europe/Berlin").to_rfc3339(),
            "2026-09-05T22:00:00+00:00"
        );
        // Chile's clocks skipped from 24:00 to 1:00 that night.
        assert_eq!(
            midnight(day, "America/Santiago").to_rfc3339(),
            "2026-09-06T04:00:00+00:00"
        );
        let late = "2026-09-05T23:30:00Z".parse().expect("time");
        assert_eq!(today(late, "Asia/Tokyo"), day);
        assert_eq!(today(late, "UTC"), day.pred_opt().expect("day"));
    }
}
