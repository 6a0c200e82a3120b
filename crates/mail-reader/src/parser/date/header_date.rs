//! Dates in headers: RFC 5322, asctime order, ISO 8601, and nonstandard variants that email programs write.

use super::{
    month,
    zone::{Zone, fixed_offset},
};
use chrono::{
    DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc,
};

/// Maximum number of bytes parsed; the rest of a longer value is ignored.
const MAX_LEN: usize = 200;
/// Maximum UTC offset, in hours, that is inferred from a Received header.
const MAX_OFFSET_HOURS: i64 = 14;

/// A local date and time, with what the header says about its time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderDate {
    local: NaiveDateTime,
    zone: Zone,
}

impl HeaderDate {
    /// Parses the value of a Date header, or the date of a Received header or of a separator line.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let text: String =
            String::from_utf8_lossy(raw.get(..raw.len().min(MAX_LEN)).unwrap_or(raw)).into_owned();
        let text = text.replace(['(', ')'], " ");
        let (mut day, mut month, mut year, mut clock) = (None, None, None, None);
        let mut zones = Vec::new();
        for token in text.split(|c: char| c.is_whitespace() || c == ',') {
            let token = token.trim_end_matches([';', '.']);
            if token.is_empty() {
                continue;
            }
            if let Some(date_time) = parse_iso(token) {
                (year, month, day) = date_time.0;
                if let Some((time, rest)) = date_time.1 {
                    clock = clock.or(Some(time));
                    zones.push(rest);
                }
                continue;
            }
            if clock.is_none()
                && let Some(time) = parse_clock(token)
            {
                clock = Some(time);
                continue;
            }
            match token {
                "AM" | "am" | "PM" | "pm" => {
                    let is_pm = token.eq_ignore_ascii_case("pm");
                    clock = clock.map(|t| to_24_hours(t, is_pm));
                    continue;
                }
                _ => {}
            }
            // Accepts `30-Jun-2026` and `30 Jun 2026`. A token that begins with a sign is a zone.
            let is_signed = token.starts_with(['+', '-']);
            let mut is_used = false;
            for word in token.split(['-', '/', '.']).filter(|_| !is_signed) {
                if let Ok(number) = word.parse::<i32>() {
                    is_used = true;
                    if day.is_none() && word.len() <= 2 && (1..=31).contains(&number) {
                        day = u32::try_from(number).ok();
                    } else if year.is_none() {
                        year = full_year(number, word.len());
                    }
                } else if month.is_none()
                    && let Some(number) = month::number(&month::fold(word))
                {
                    is_used = true;
                    month = Some(number);
                }
            }
            if !is_used {
                zones.push(token.to_owned());
            }
        }
        let local = NaiveDate::from_ymd_opt(year?, month?, day?)?.and_time(clock?);
        // The first zone wins: a numeric offset precedes the zone name in a comment.
        let zone = zones.iter().find_map(|z| Zone::parse(z, local));
        Some(Self {
            local,
            zone: zone.unwrap_or(Zone::Unknown),
        })
    }

    /// Whether the zone is missing or not recognized, so that the instant is unknown without another header.
    pub const fn is_zone_unknown(&self) -> bool {
        matches!(self.zone, Zone::Unknown)
    }

    /// Whether the zone is unknown or has several possible offsets, so that a Received header decides.
    pub fn is_ambiguous(&self) -> bool {
        match &self.zone {
            Zone::UtcOnly => false,
            Zone::Offsets(offsets) => offsets.len() > 1,
            Zone::Unknown => true,
        }
    }

    /// The instant, and the sender's UTC offset if it is known. `received` decides an unknown or ambiguous zone; without it,
    /// an unknown zone is UTC, and an ambiguous one has its most frequent offset.
    pub fn resolve(&self, received: Option<DateTime<Utc>>) -> (DateTime<Utc>, Option<FixedOffset>) {
        let as_utc = self.local.and_utc();
        let to_utc = |minutes: i32| as_utc - TimeDelta::minutes(i64::from(minutes));
        let offset = match &self.zone {
            Zone::UtcOnly => return (as_utc, None),
            Zone::Offsets(offsets) => {
                let closest = received.and_then(|r| {
                    offsets
                        .iter()
                        .copied()
                        .min_by_key(|o| (r - to_utc(*o)).num_seconds().abs())
                });
                closest.or_else(|| offsets.first().copied())
            }
            Zone::Unknown => received.and_then(|r| {
                // Offsets are multiples of 15 minutes and delivery takes a few seconds, so round to the nearest multiple.
                let seconds = (as_utc - r).num_seconds();
                let quarters = (seconds + 450).div_euclid(900);
                let minutes = quarters * 15;
                (minutes.abs() <= MAX_OFFSET_HOURS * 60)
                    .then(|| i32::try_from(minutes).ok())
                    .flatten()
            }),
        };
        match offset {
            Some(minutes) => (to_utc(minutes), fixed_offset(minutes)),
            None => (as_utc, None),
        }
    }
}

/// Expands a year: two digits are 1950 to 2049, and 1900 is added to three digits (RFC 5322 §4.3).
const fn full_year(number: i32, digits: usize) -> Option<i32> {
    match digits {
        1 | 2 if number < 50 => Some(number + 2000),
        1..=3 => Some(number + 1900),
        4 => Some(number),
        _ => None,
    }
}

type IsoDate = (Option<i32>, Option<u32>, Option<u32>);

/// Parses `2026-06-30` or `2026-06-30T23:30:00+02:00`; the second part is the time and the zone.
fn parse_iso(token: &str) -> Option<(IsoDate, Option<(NaiveTime, String)>)> {
    let date = token.get(..10)?;
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let fields = (Some(date.year()), Some(date.month()), Some(date.day()));
    let time = token.get(10..).and_then(|rest| rest.strip_prefix(['T', 't']));
    let time = time.and_then(|rest| {
        let end = rest.find(['+', '-', 'Z', 'z']).unwrap_or(rest.len());
        let clock = parse_clock(rest.get(..end)?)?;
        Some((clock, rest.get(end..)?.to_owned()))
    });
    Some((fields, time))
}

/// Parses `23:30`, `23:30:00` or `23:30:00.123`. A leap second becomes the second before it.
pub fn parse_clock(token: &str) -> Option<NaiveTime> {
    let mut fields = token.split(':');
    let hour = fields.next()?.parse().ok()?;
    let minute = fields.next()?.parse().ok()?;
    let second = fields.next().unwrap_or("0");
    let second: u32 = second.split('.').next()?.parse().ok()?;
    if fields.next().is_some() {
        return None;
    }
    NaiveTime::from_hms_opt(hour, minute, second.min(59)).filter(|_| second <= 60)
}

fn to_24_hours(time: NaiveTime, is_pm: bool) -> NaiveTime {
    let hour = time.hour() % 12 + if is_pm { 12 } else { 0 };
    time.with_hour(hour).filter(|_| time.hour() <= 12).unwrap_or(time)
}
