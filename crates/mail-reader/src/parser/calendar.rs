//! Invitations in iCalendar format (RFC 5545, RFC 5546).

use super::{date::zone_offset, text::normalize_whitespace};
use calcard::{
    Entry, Parser,
    common::{IanaString as _, PartialDateTime, timezone::Tz},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarMethod,
        ICalendarParameterName, ICalendarProperty, ICalendarStatus, ICalendarValue,
    },
};
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone as _, Utc};
use std::str::FromStr as _;

/// Maximum size of a calendar; larger ones are ignored. Typical invitations have a few kilobytes.
pub const MAX_CALENDAR_BYTES: usize = 256 * 1024;
const MAX_TEXT_CHARS: usize = 500;
/// Maximum length of a UID in bytes. Longer ones are ignored, because they do not fit into a database index.
const MAX_UID_LEN: usize = 900;

/// An event that a message invites to, changes or cancels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEvent {
    /// `REQUEST`, `CANCEL`, `PUBLISH`, `REPLY` and so on, in upper case; empty if it is missing.
    pub method: String,
    /// Identifies the event; equal in all its versions. May be empty.
    pub uid: String,
    /// Version number of the event.
    pub sequence: i64,
    /// When the event begins. A day without a time begins at midnight UTC; a time without a known zone is in UTC. May be `None`
    /// only in a cancellation.
    pub start: Option<DateTime<Utc>>,
    /// When the event ends, if known.
    pub end: Option<DateTime<Utc>>,
    /// IANA name of the time zone of the start, if given.
    pub time_zone: Option<String>,
    /// Title of the event.
    pub summary: String,
    /// Address of the organizer in lower case; may be empty.
    pub organizer: String,
    /// A room, or a link to a call; may be empty.
    pub location: String,
    /// Whether the event is cancelled.
    pub is_cancelled: bool,
}

impl CalendarEvent {
    /// Whether the organizer sent this event, as opposed to a reply or counterproposal of a guest.
    pub fn is_by_organizer(&self) -> bool {
        matches!(
            self.method.as_str(),
            "" | "REQUEST" | "PUBLISH" | "CANCEL" | "ADD"
        )
    }
}

/// Parses the first event of a calendar. `None` if it has no start, unless it is cancelled.
pub fn parse(text: &str) -> Option<CalendarEvent> {
    if text.len() > MAX_CALENDAR_BYTES {
        return None;
    }
    let calendar = read_calendar(text)?;
    let zones = calendar.build_tz_resolver();
    let event = calendar
        .components
        .iter()
        .find(|c| c.component_type == ICalendarComponentType::VEvent && !c.is_recurrence_override())
        .or_else(|| {
            calendar
                .components
                .iter()
                .find(|c| c.component_type == ICalendarComponentType::VEvent)
        })?;
    let zone_of = |entry: &ICalendarEntry| {
        let name = zone_name(entry)?;
        zones
            .resolve(name)
            .or_else(|| Tz::from_str(name.trim_start_matches('/')).ok())
            .or_else(|| zone_offset(name).map(Tz::Fixed))
    };
    let instant = |name: &ICalendarProperty| {
        let entry = event.property(name)?;
        let value = entry.values.first()?.as_partial_date_time()?;
        to_utc(value, zone_of(entry).unwrap_or(Tz::UTC))
    };
    let start = instant(&ICalendarProperty::Dtstart);
    let end = instant(&ICalendarProperty::Dtend).or_else(|| {
        let duration = event.property(&ICalendarProperty::Duration)?.values.first()?;
        match duration {
            ICalendarValue::Duration(duration) => start?.checked_add_signed(duration.to_time_delta()?),
            _ => None,
        }
    });
    // A fixed offset is not kept as a time zone, because it may not be valid on other days of the year.
    let time_zone = match event.property(&ICalendarProperty::Dtstart).and_then(zone_of) {
        Some(Tz::Tz(zone)) => Some(zone.name().to_owned()),
        _ => None,
    };
    let method = calendar
        .components
        .iter()
        .find_map(|c| c.property(&ICalendarProperty::Method))
        .and_then(method_of);
    let is_cancelled =
        method.as_deref() == Some("CANCEL") || matches!(event.status(), Some(ICalendarStatus::Cancelled));
    if start.is_none() && !is_cancelled {
        return None;
    }
    let uid = event.uid().unwrap_or_default().trim();
    Some(CalendarEvent {
        method: method.unwrap_or_default(),
        uid: if uid.len() <= MAX_UID_LEN { uid } else { "" }.to_owned(),
        sequence: event
            .property(&ICalendarProperty::Sequence)
            .and_then(|entry| entry.values.first()?.as_integer())
            .unwrap_or_default(),
        start,
        end: end.filter(|end| start.is_some_and(|start| *end >= start)),
        time_zone,
        summary: text_of(event, &ICalendarProperty::Summary),
        organizer: event
            .property(&ICalendarProperty::Organizer)
            .and_then(ICalendarEntry::calendar_address)
            .map(|address| address.trim().to_lowercase())
            .filter(|address| address.contains('@') && address.len() <= 320)
            .unwrap_or_default(),
        location: text_of(event, &ICalendarProperty::Location),
        is_cancelled,
    })
}

/// Parses the first calendar in the text, skipping invalid lines.
fn read_calendar(text: &str) -> Option<ICalendar> {
    let mut parser = Parser::new(text);
    // Each entry consumes at least a line.
    for _ in 0..=text.lines().count() {
        match parser.entry() {
            Entry::ICalendar(calendar) => return Some(calendar),
            Entry::Eof | Entry::TooManyComponents => return None,
            _ => {}
        }
    }
    None
}

fn zone_name(entry: &ICalendarEntry) -> Option<&str> {
    entry
        .parameters(&ICalendarParameterName::Tzid)
        .find_map(|value| value.as_text())
}

fn to_utc(value: &PartialDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    if value.has_time() {
        let local = value.to_date_time()?;
        return match local.offset {
            Some(offset) => Some((local.date_time - offset).and_utc()),
            // A local time that the switch to daylight saving skips is moved forward by an hour.
            None => zone
                .from_local_datetime(&local.date_time)
                .earliest()
                .or_else(|| {
                    let later = local.date_time.checked_add_signed(TimeDelta::hours(1))?;
                    zone.from_local_datetime(&later).earliest()
                })
                .map(|at| at.with_timezone(&Utc)),
        };
    }
    let day = NaiveDate::from_ymd_opt(
        i32::from(value.year?),
        u32::from(value.month?),
        u32::from(value.day?),
    )?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

fn method_of(entry: &ICalendarEntry) -> Option<String> {
    match entry.values.first()? {
        ICalendarValue::Method(method) => Some(ICalendarMethod::as_str(method).to_ascii_uppercase()),
        ICalendarValue::Text(text) => Some(text.trim().to_ascii_uppercase().chars().take(40).collect()),
        _ => None,
    }
}

fn text_of(event: &ICalendarComponent, name: &ICalendarProperty) -> String {
    let text = event
        .property(name)
        .and_then(|entry| entry.values.first()?.as_text())
        .unwrap_or_default();
    let text: String = text.chars().take(MAX_TEXT_CHARS).collect();
    normalize_whitespace(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(method: &str, event: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nPRODID:-//Moss//EN\r\nVERSION:2.0\r\n{method}BEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn invitation_is_read() {
        let text = calendar(
            "METHOD:REQUEST\r\n",
            "UID:17@moss\r\nSEQUENCE:2\r\nDTSTART;TZID=Europe/Berlin:20260630T140000\r\nDTEND;TZID=Europe/Berlin:20260630T150000\r\n\
             SUMMARY:Interview\\, Data Analyst\r\nORGANIZER;CN=Ada:MAILTO:Ada@moss.example\r\nLOCATION:https://meet.exa\r\n mple/1\r\n",
        );
        let event = parse(&text).expect("an event");
        assert_eq!(event.method, "REQUEST");
        assert_eq!((event.uid.as_str(), event.sequence), ("17@moss", 2));
        assert_eq!(event.start, Some(at("2026-06-30T12:00:00Z")));
        assert_eq!(event.time_zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(event.end, Some(at("2026-06-30T13:00:00Z")));
        assert_eq!(event.summary, "Interview, Data Analyst");
        assert_eq!(event.organizer, "ada@moss.example");
        assert_eq!(event.location, "https://meet.example/1");
        assert!(!event.is_cancelled);
    }

    #[test]
    fn zones_of_calendar_programs_are_resolved() {
        for (start, expected) in [
            ("DTSTART:20260630T140000Z", "2026-06-30T14:00:00Z"),
            ("DTSTART:20260630T140000", "2026-06-30T14:00:00Z"),
            ("DTSTART;VALUE=DATE:20260630", "2026-06-30T00:00:00Z"),
            (
                "DTSTART;TZID=America/New_York:20260630T140000",
                "2026-06-30T18:00:00Z",
            ),
            (
                "DTSTART;TZID=W. Europe Standard Time:20260630T140000",
                "2026-06-30T12:00:00Z",
            ),
            (
                "DTSTART;TZID=\"Eastern Standard Time\":20260630T140000",
                "2026-06-30T18:00:00Z",
            ),
            (
                "DTSTART;TZID=India Standard Time:20260630T140000",
                "2026-06-30T08:30:00Z",
            ),
            (
                "DTSTART;TZID=/Europe/London:20260630T140000",
                "2026-06-30T13:00:00Z",
            ),
            ("DTSTART;TZID=CEST:20260630T140000", "2026-06-30T12:00:00Z"),
            ("DTSTART;TZID=Somewhere:20260630T140000", "2026-06-30T14:00:00Z"),
        ] {
            let event = parse(&calendar("", &format!("UID:1\r\n{start}\r\n"))).expect(start);
            assert_eq!(event.start, Some(at(expected)), "{start}");
        }
        let skipped = parse(&calendar(
            "",
            "DTSTART;TZID=Europe/Berlin:20260329T023000\r\nDURATION:PT45M\r\n",
        ));
        let skipped = skipped.expect("an event");
        assert_eq!(skipped.start, Some(at("2026-03-29T01:30:00Z")));
        assert_eq!(skipped.end, Some(at("2026-03-29T02:15:00Z")));
    }

    #[test]
    fn cancellation_is_recognized() {
        let start = "DTSTART:20260630T140000Z\r\n";
        assert!(
            parse(&calendar("METHOD:CANCEL\r\n", start))
                .expect("an event")
                .is_cancelled
        );
        let status = format!("STATUS:CANCELLED\r\n{start}");
        assert!(
            parse(&calendar("METHOD:REQUEST\r\n", &status))
                .expect("an event")
                .is_cancelled
        );
        let event = parse(&calendar("METHOD:CANCEL\r\n", "UID:1\r\nSEQUENCE:3\r\n")).expect("an event");
        assert_eq!((event.start, event.sequence, event.is_cancelled), (None, 3, true));
    }

    #[test]
    fn time_zone_is_named_as_in_the_iana_database() {
        for (start, expected) in [
            (
                ";TZID=W. Europe Standard Time:20260630T140000",
                Some("Europe/Berlin"),
            ),
            (
                ";TZID=/America/New_York:20260630T140000",
                Some("America/New_York"),
            ),
            (";TZID=CEST:20260630T140000", None),
            (":20260630T140000Z", None),
        ] {
            let event = parse(&calendar("", &format!("UID:1\r\nDTSTART{start}\r\n"))).expect(start);
            assert_eq!(event.time_zone.as_deref(), expected, "{start}");
        }
    }

    #[test]
    fn invalid_or_large_calendar_is_ignored() {
        for text in [
            "",
            "BEGIN:VCALENDAR",
            "hello\r\nworld\r\n",
            "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        let start = std::time::Instant::now();
        for bomb in [
            "BEGIN:VCALENDAR\r\n".repeat(14_000),
            "BEGIN:VEVENT\r\n".repeat(18_000),
            format!("BEGIN:VCALENDAR\r\nX;{}", "A=B;".repeat(60_000)),
            "\r\n".repeat(100_000),
            calendar("", &"ATTENDEE:mailto:a@b.example\r\n".repeat(7_000)),
            "x".repeat(10_000_000),
        ] {
            let _ = parse(&bomb);
        }
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
