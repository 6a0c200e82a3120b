//! The date of a message, and dates in its text.

mod header_date;
mod month;
mod text_date;
mod zone;

pub use header_date::{HeaderDate, parse_clock};
pub use month::{fold, is_month_name, number as month_number};
pub use text_date::parse_date;
pub use zone::zone_offset;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};

/// Maximum difference between a Date header read as UTC and a Received header near the sender: UTC offset plus delivery time.
const MAX_DELIVERY_HOURS: i64 = 15;

/// When a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentAt {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The date in the sender's time zone; in UTC if that zone is unknown.
    pub day: NaiveDate,
    /// Whether the instant is from the Date header.
    pub is_from_date_header: bool,
}

/// Determines when a message was sent from the Date header, else the topmost Received header, else the mbox separator line.
/// Implausible dates are ignored. `received` are the values of the Received headers from top to bottom.
pub fn sent_at(
    date: Option<&[u8]>,
    received: &[&[u8]],
    from_line: &[u8],
    now: DateTime<Utc>,
) -> Option<SentAt> {
    let received_at = |value: &&[u8]| {
        let date = HeaderDate::parse(value.rsplit(|b| *b == b';').next()?)?;
        let at = date.resolve(None).0;
        (!date.is_zone_unknown() && is_plausible(at, now)).then_some(at)
    };
    let delivered = received.iter().find_map(received_at);
    let date = date.and_then(HeaderDate::parse).map(|date| {
        if !date.is_ambiguous() {
            return date.resolve(None);
        }
        let as_utc = date.resolve(None).0;
        // The server closest to the sender wrote the lowest Received header.
        let nearest = received
            .iter()
            .rev()
            .filter_map(received_at)
            .find(|r| (as_utc - *r).num_hours().abs() <= MAX_DELIVERY_HOURS);
        date.resolve(nearest)
    });
    let date = date.filter(|(at, _)| is_plausible(*at, now));
    let date = date.map(|(at, offset)| SentAt {
        at,
        day: offset.map_or_else(|| at.date_naive(), |o| at.with_timezone(&o).date_naive()),
        is_from_date_header: true,
    });
    // A Date header well after the delivery means that the sender's clock is wrong.
    let date = date.filter(|d| delivered.is_none_or(|r| d.at <= r + TimeDelta::days(2)));
    let other = || {
        let at = delivered.or_else(|| parse_from_line(from_line).filter(|at| is_plausible(*at, now)))?;
        Some(SentAt {
            at,
            day: at.date_naive(),
            is_from_date_header: false,
        })
    };
    date.or_else(other)
}

fn is_plausible(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at.year() >= 1995 && at < now + TimeDelta::days(2)
}

/// Parses the date of `From someone Mon Jan  5 10:00:00 2026`, optionally with an offset before or after the year.
pub fn parse_from_line(line: &[u8]) -> Option<DateTime<Utc>> {
    let text = String::from_utf8_lossy(line);
    // The sender's address may contain digits and names of months.
    let start = text
        .rmatch_indices(' ')
        .map(|(at, _)| at + 1)
        .find(|at| text.get(*at..).is_some_and(starts_with_weekday))?;
    let date = HeaderDate::parse(text.get(start..)?.as_bytes())?;
    Some(date.resolve(None).0)
}

/// Whether a text begins with an English weekday, as in separator lines.
pub fn starts_with_weekday(text: &str) -> bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .iter()
        .any(|day| text.get(..3).is_some_and(|t| t.eq_ignore_ascii_case(day)))
        && text.get(3..4).is_some_and(|c| matches!(c, " " | ","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn sent(date: &str, received: &[&str]) -> Option<SentAt> {
        let received: Vec<&[u8]> = received.iter().map(|r| r.as_bytes()).collect();
        sent_at(Some(date.as_bytes()), &received, b"", at("2026-12-01T00:00:00Z"))
    }

    #[test]
    fn zone_abbreviations_are_known_worldwide() {
        for (date, expected) in [
            ("Tue, 30 Jun 2026 23:30:00 CEST", "2026-06-30T21:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 CET", "2026-06-30T22:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 BST", "2026-06-30T22:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 IST", "2026-06-30T18:00:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 JST", "2026-06-30T14:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 AEST", "2026-06-30T13:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 EST5EDT", "2026-07-01T03:30:00Z"),
            ("Fri, 30 Jan 2026 23:30:00 EST5EDT", "2026-01-31T04:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 -0000", "2026-06-30T23:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 GMT+02:00", "2026-06-30T21:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 +0200 (MESZ)", "2026-06-30T21:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 (CEST)", "2026-06-30T21:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 Europe/Berlin", "2026-06-30T21:30:00Z"),
            ("Tue, 30 Jun 2026 23:30:00 NST", "2026-07-01T03:00:00Z"),
        ] {
            assert_eq!(sent(date, &[]).map(|s| s.at), Some(at(expected)), "{date}");
        }
    }

    #[test]
    fn unusual_date_formats_are_parsed() {
        for (date, expected) in [
            ("30 Jun 26 23:30 +0200", "2026-06-30T21:30:00Z"),
            ("Tue Jun 30 23:30:00 2026", "2026-06-30T23:30:00Z"),
            ("Tue Jun 30 23:30:00 +0200 2026", "2026-06-30T21:30:00Z"),
            ("Tue Jun  9 23:30:00 CEST 2026", "2026-06-09T21:30:00Z"),
            ("30-Jun-2026 23:30:00 +0200", "2026-06-30T21:30:00Z"),
            ("2026-06-30T23:30:00+02:00", "2026-06-30T21:30:00Z"),
            ("2026-06-30 23:30:00 +0200", "2026-06-30T21:30:00Z"),
            ("Tue, 30 Jun 2026 11:30:00 PM +0200", "2026-06-30T21:30:00Z"),
            ("Di, 30 Juni 2026 23:30:00 +0200", "2026-06-30T21:30:00Z"),
            ("Tue,30 Jun 2026 23:30:60 +0200", "2026-06-30T21:30:59Z"),
            ("Tue, 30 Jun 126 23:30:00 +0200", "2026-06-30T21:30:00Z"),
        ] {
            assert_eq!(sent(date, &[]).map(|s| s.at), Some(at(expected)), "{date}");
        }
        let comment = b"Tue, 30 Jun 2026 23:30:00 +0200 (Westeurop\xe4ische Sommerzeit)";
        let parsed = sent_at(Some(comment), &[], b"", at("2026-12-01T00:00:00Z"));
        assert_eq!(parsed.map(|s| s.at), Some(at("2026-06-30T21:30:00Z")));
        for date in [
            "",
            "soon",
            "Tue, 99 Foo 9999999999 99:99:99 +9999",
            "30 Jun 2026",
            "23:30:00",
        ] {
            assert_eq!(sent(date, &[]), None, "{date}");
        }
    }

    #[test]
    fn unknown_zone_is_decided_by_nearest_received_header() {
        let received = [
            "from b by c; Wed, 1 Jul 2026 05:12:00 +0000",
            "from a by b; Tue, 30 Jun 2026 21:30:07 +0000",
        ];
        let decided = sent("Tue, 30 Jun 2026 23:30:00 XYZT", &received);
        assert_eq!(decided.map(|s| s.at), Some(at("2026-06-30T21:30:00Z")));
        assert_eq!(decided.map(|s| s.day), NaiveDate::from_ymd_opt(2026, 6, 30));
        // IST is used in India and in Israel.
        let israel = ["from a by b; Tue, 30 Jun 2026 21:30:07 +0000"];
        let decided = sent("Tue, 30 Jun 2026 23:30:00 IST", &israel);
        assert_eq!(decided.map(|s| s.at), Some(at("2026-06-30T21:30:00Z")));
        // A difference of 5:24 hours is rounded to the nearest quarter of an hour, 5:30.
        let late = ["from a by b; Tue, 30 Jun 2026 18:06:00 +0000"];
        let decided = sent("Tue, 30 Jun 2026 23:30:00", &late);
        assert_eq!(decided.map(|s| s.at), Some(at("2026-06-30T18:00:00Z")));
    }

    #[test]
    fn day_is_that_of_the_sender() {
        let late = sent("Tue, 30 Jun 2026 23:30:00 -0700", &[]);
        assert_eq!(late.map(|s| s.day), NaiveDate::from_ymd_opt(2026, 6, 30));
    }

    #[test]
    fn missing_or_implausible_date_is_replaced_by_received_date() {
        let received = ["by x; Mon, 5 Jan 2026 09:00:07 +0000"];
        for date in [
            "Mon, 5 Jan 2099 10:00:00 +0000",
            "Thu, 1 Jan 1970 00:00:00 +0000",
            "Sat, 1 Aug 2026 00:00:00 +0000",
            "nonsense",
        ] {
            let sent = sent(date, &received);
            assert_eq!(sent.map(|s| s.at), Some(at("2026-01-05T09:00:07Z")), "{date}");
            assert_eq!(sent.map(|s| s.is_from_date_header), Some(false));
        }
        let now = at("2026-06-01T00:00:00Z");
        for line in [
            "From - Mon Jan  5 10:00:00 2026",
            "From 17@xxx Mon Jan 05 10:00:00 +0000 2026",
            "From jan.5@may.example Mon Jan  5 11:00:00 2026 +0100",
        ] {
            let sent = sent_at(None, &[], line.as_bytes(), now);
            assert_eq!(sent.map(|s| s.at), Some(at("2026-01-05T10:00:00Z")), "{line}");
        }
        assert_eq!(sent_at(None, &[], b"From x", now), None);
    }
}
