//! Writes calendars in iCalendar format (RFC 5545).

use chrono::{DateTime, Days, NaiveDate, Utc};
use std::fmt::Write as _;

/// Content lines are at most this long, in bytes without the line break (RFC 5545 §3.1).
const MAX_LINE: usize = 75;

/// The time of an event.
pub(super) enum EventTime {
    /// A start time, and the end time if it is known.
    Times(DateTime<Utc>, Option<DateTime<Utc>>),
    /// A whole day.
    Day(NaiveDate),
}

/// An event.
pub(super) struct Event {
    pub uid: String,
    /// Counts the versions of the event.
    pub sequence: i32,
    pub changed_at: DateTime<Utc>,
    pub when: EventTime,
    pub summary: String,
    pub location: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub is_cancelled: bool,
}

/// A calendar with these events.
pub(super) fn write_calendar(name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN", "VCALENDAR");
    line(&mut out, "VERSION", "2.0");
    line(&mut out, "PRODID", "-//JobHax//JobHax//EN");
    line(&mut out, "CALSCALE", "GREGORIAN");
    line(&mut out, "METHOD", "PUBLISH");
    line(&mut out, "X-WR-CALNAME", &escape(name));
    line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    for event in events {
        write_event(&mut out, event);
    }
    line(&mut out, "END", "VCALENDAR");
    out
}

fn write_event(out: &mut String, event: &Event) {
    let time = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
    line(out, "BEGIN", "VEVENT");
    line(out, "UID", &event.uid);
    line(out, "SEQUENCE", &event.sequence.to_string());
    line(out, "DTSTAMP", &time(event.changed_at));
    line(out, "LAST-MODIFIED", &time(event.changed_at));
    match event.when {
        EventTime::Times(start, end) => {
            line(out, "DTSTART", &time(start));
            if let Some(end) = end {
                line(out, "DTEND", &time(end));
            }
        }
        EventTime::Day(date) => {
            line(out, "DTSTART;VALUE=DATE", &day(date));
            // The end is exclusive.
            let end = date.checked_add_days(Days::new(1)).unwrap_or(date);
            line(out, "DTEND;VALUE=DATE", &day(end));
            // A task does not make its user busy.
            line(out, "TRANSP", "TRANSPARENT");
        }
    }
    line(out, "SUMMARY", &escape(&event.summary));
    let texts = [("LOCATION", &event.location), ("DESCRIPTION", &event.description)];
    for (name, text) in texts {
        if let Some(text) = text {
            line(out, name, &escape(text));
        }
    }
    if let Some(url) = &event.url {
        line(out, "URL;VALUE=URI", url);
    }
    let status = if event.is_cancelled {
        "CANCELLED"
    } else {
        "CONFIRMED"
    };
    line(out, "STATUS", status);
    line(out, "END", "VEVENT");
}

/// Escapes a text (RFC 5545 §3.3.11). Control characters, which are not allowed, are removed.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Appends a content line, folded between characters.
fn line(out: &mut String, name: &str, value: &str) {
    let mut content = String::with_capacity(name.len() + value.len() + 1);
    let _ = write!(content, "{name}:{value}");
    let mut width = 0;
    for c in content.chars() {
        if width + c.len_utf8() > MAX_LINE {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(summary: &str, when: EventTime) -> Event {
        Event {
            uid: "interview-1@jobhax".into(),
            sequence: 2,
            changed_at: "2026-11-20T08:00:00Z".parse().expect("a time"),
            when,
            summary: summary.into(),
            location: Some("Room 4; left, \\ back".into()),
            description: Some("Ask\r\nAda\u{7}".into()),
            url: None,
            is_cancelled: false,
        }
    }

    fn day(text: &str) -> EventTime {
        EventTime::Day(text.parse().expect("a day"))
    }

    #[test]
    fn texts_are_escaped_and_cannot_add_lines() {
        let calendar = write_calendar("JobHax", &[event("a\nEND:VEVENT", day("2026-12-31"))]);
        assert!(calendar.contains("SUMMARY:a\\nEND:VEVENT\r\n"));
        assert!(calendar.contains("LOCATION:Room 4\\; left\\, \\\\ back\r\n"));
        assert!(calendar.contains("DESCRIPTION:Ask\\nAda\r\n"));
        assert_eq!(calendar.matches("END:VEVENT\r\n").count(), 2);
    }

    #[test]
    fn end_of_a_day_is_exclusive_and_times_are_utc() {
        let calendar = write_calendar("JobHax", &[event("a", day("2026-12-31"))]);
        assert!(calendar.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"));
        let at = |text: &str| text.parse().expect("a time");
        let times = EventTime::Times(at("2026-12-01T13:00:00Z"), Some(at("2026-12-01T14:30:00Z")));
        let calendar = write_calendar("JobHax", &[event("a", times)]);
        assert!(calendar.contains("DTSTART:20261201T130000Z\r\nDTEND:20261201T143000Z\r\n"));
        assert!(calendar.contains("SEQUENCE:2\r\n") && calendar.contains("STATUS:CONFIRMED\r\n"));
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let summary = "é😀,".repeat(100);
        let calendar = write_calendar("JobHax", &[event(&summary, day("2026-12-31"))]);
        assert!(calendar.split("\r\n").all(|line| line.len() <= MAX_LINE));
        let unfolded = calendar.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("SUMMARY:{}\r\n", summary.replace(',', "\\,"))));
    }
}
