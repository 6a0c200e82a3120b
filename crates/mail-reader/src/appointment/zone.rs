//! Time zones after times of day.

use super::tokens::Tokens;
use crate::parser::zone_offset;
use chrono::FixedOffset;
use chrono_tz::Tz;

/// The time zone after a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// No time zone is given.
    Unnamed,
    /// A fixed UTC offset.
    Offset(FixedOffset),
    /// An IANA time zone, whose offset depends on the date.
    Name(Tz),
}

impl Tokens<'_> {
    /// Parses the time zone at index `at`, and returns it with the index after it. The inner `None` means that a time zone is given but
    /// not recognized.
    pub fn zone(&self, at: usize) -> Option<(Option<Zone>, usize)> {
        let open = usize::from(self.sign(at) == Some('('));
        let at = at + open;
        let (zone, mut end) = self.bare_zone(at)?;
        if open == 1 && self.sign(end) == Some(')') {
            end += 1;
        }
        Some((zone, end))
    }

    fn bare_zone(&self, at: usize) -> Option<(Option<Zone>, usize)> {
        if let Some(sign @ ('+' | '-')) = self.sign(at) {
            // A sign before other numbers may be the dash of a range of times.
            let (_, digits) = self.number(at + 1)?;
            let is_offset = digits == 4 || (digits == 2 && self.sign(at + 2) == Some(':') && sign == '+');
            return self
                .offset(at)
                .filter(|_| is_offset)
                .map(|(zone, end)| (Some(zone), end));
        }
        let raw = self.raw_word(at)?;
        if matches!(raw, "GMT" | "UTC")
            && let Some((zone, end)) = self.offset(at + 1)
        {
            return Some((Some(zone), end));
        }
        if self.sign(at + 1) == Some('/')
            && let Some(city) = self.raw_word(at + 2)
        {
            let city_end = |end: usize| {
                (self.sign(end) == Some('_'))
                    .then(|| self.raw_word(end + 1))
                    .flatten()
            };
            let (name, end) = city_end(at + 3).map_or_else(
                || (format!("{raw}/{city}"), at + 3),
                |more| (format!("{raw}/{city}_{more}"), at + 5),
            );
            return name.parse::<Tz>().ok().map(|zone| (Some(Zone::Name(zone)), end));
        }
        if let Some(zone) = named_zone(raw) {
            return Some((Some(zone), at + 1));
        }
        // "14:00 London time", "14 h (heure de Paris)", "14 Uhr Londoner Zeit".
        let starts_with_city = raw.starts_with(char::is_uppercase);
        let next = self.word(at + 1);
        let is_time_of_city = (starts_with_city
            && matches!(next, Some("time" | "zeit" | "tid"))
            && self.word(at) != Some("local"))
            || (matches!(self.word(at), Some("heure" | "hora" | "ora"))
                && matches!(next, Some("de" | "di" | "del")));
        is_time_of_city.then_some((None, at + 2))
    }

    /// Parses a UTC offset: `+2`, `+02:00`, `-0500`. Also returns the index after it.
    fn offset(&self, at: usize) -> Option<(Zone, usize)> {
        let sign = self.sign(at).filter(|c| matches!(c, '+' | '-' | '−'))?;
        let (number, digits) = self.number(at + 1)?;
        let minutes = self
            .number(at + 3)
            .filter(|(m, d)| *d == 2 && *m < 60 && self.sign(at + 2) == Some(':'));
        let (hours, minutes, end) = match (digits, minutes) {
            (4, _) => (number / 100, number % 100, at + 2),
            (1 | 2, Some((minutes, _))) => (number, minutes, at + 4),
            (1 | 2, None) => (number, 0, at + 2),
            _ => return None,
        };
        let seconds = i32::try_from((hours * 60 + minutes) * 60)
            .ok()
            .filter(|s| *s <= 14 * 3600)?;
        let east = if sign == '+' { seconds } else { -seconds };
        FixedOffset::east_opt(east).map(|offset| (Zone::Offset(offset), end))
    }
}

/// The time zone of an abbreviation. `CET` and `EST` include daylight saving, because people also write them in summer and mean local
/// time.
fn named_zone(raw: &str) -> Option<Zone> {
    let is_abbreviation = raw.len() <= 5 && raw.bytes().all(|b| b.is_ascii_uppercase());
    if !is_abbreviation {
        return None;
    }
    let zone = match raw {
        "CET" | "CEST" | "MEZ" | "MESZ" => Tz::Europe__Berlin,
        "ET" | "EST" | "EDT" => Tz::America__New_York,
        "CT" | "CST" | "CDT" => Tz::America__Chicago,
        "MT" | "MST" | "MDT" => Tz::America__Denver,
        "PT" | "PST" | "PDT" => Tz::America__Los_Angeles,
        _ => return zone_offset(raw).map(Zone::Offset),
    };
    Some(Zone::Name(zone))
}
