//! The date of a message, and dates in its text.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};

/// When a message was sent: the Date header, else the topmost Received header, else the separator line of the mbox file.
/// Implausible dates are ignored.
pub fn sent_at(
    date: Option<&mail_parser::DateTime>,
    received: Option<&mail_parser::DateTime>,
    from_line: &[u8],
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let received = received.and_then(to_utc).filter(|at| is_plausible(*at, now));
    let date = date.and_then(to_utc).filter(|at| is_plausible(*at, now));
    match (date, received) {
        // Sent long after it was received: the sender's clock is wrong.
        (Some(date), Some(received)) if date > received + TimeDelta::days(2) => Some(received),
        (Some(date), _) => Some(date),
        (None, Some(received)) => Some(received),
        (None, None) => parse_from_line(from_line).filter(|at| is_plausible(*at, now)),
    }
}

fn to_utc(date: &mail_parser::DateTime) -> Option<DateTime<Utc>> {
    date.is_valid()
        .then(|| DateTime::from_timestamp(date.to_timestamp(), 0))
        .flatten()
}

fn is_plausible(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at.year() >= 1995 && at < now + TimeDelta::days(2)
}

/// Parses `… Mon Jan  5 10:00:00 2026`, optionally with an offset before or after the year. The offset is ignored.
fn parse_from_line(line: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(line).ok()?;
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let time = words.iter().rposition(|w| w.contains(':'))?;
    let month = parse_month(words.get(time.checked_sub(2)?)?)?;
    let day: u32 = words.get(time.checked_sub(1)?)?.parse().ok()?;
    let year: i32 = words
        .iter()
        .skip(time + 1)
        .find(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()))?
        .parse()
        .ok()?;
    let clock = words.get(time)?;
    let clock = if clock.matches(':').count() == 1 {
        format!("{clock}:00")
    } else {
        (*clock).to_owned()
    };
    let clock = chrono::NaiveTime::parse_from_str(&clock, "%H:%M:%S").ok()?;
    Some(
        NaiveDate::from_ymd_opt(year, month, day)?
            .and_time(clock)
            .and_utc(),
    )
}

fn parse_month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let word = word.get(..3)?.to_ascii_lowercase();
    MONTHS
        .iter()
        .position(|m| *m == word)
        .and_then(|n| u32::try_from(n + 1).ok())
}

/// Parses a date in a message that was sent on `sent`: `03/15/2026` (month first, as the platforms write it), `2026-03-15`,
/// `March 15, 2026`, `15 March 2026`, or `Apr 5` without a year. Dates after the message or more than 400 days before it are
/// rejected.
pub fn parse_date(text: &str, sent: NaiveDate) -> Option<NaiveDate> {
    let words: Vec<&str> = text
        .split([' ', ',', '.', '/', '-'])
        .filter(|w| !w.is_empty())
        .collect();
    let number = |n: usize| words.get(n).and_then(|w| w.parse::<i32>().ok());
    let date = match words.as_slice() {
        [_, _, _] if number(0).is_some_and(|n| n > 31) => date_from(number(0), number(1), number(2)),
        [_, _, _] if number(0).is_some() && number(1).is_some() => date_from(number(2), number(0), number(1)),
        [name, _, year] if number(0).is_none() => date_from(year.parse().ok(), month_number(name), number(1)),
        [_, name, year] => date_from(year.parse().ok(), month_number(name), number(0)),
        [name, _] => latest_before(month_number(name), number(1), sent),
        _ => None,
    }?;
    let oldest = sent.checked_sub_days(chrono::Days::new(400))?;
    (date <= sent.succ_opt()? && date >= oldest).then_some(date)
}

fn month_number(name: &str) -> Option<i32> {
    parse_month(name).and_then(|m| i32::try_from(m).ok())
}

fn date_from(year: Option<i32>, month: Option<i32>, day: Option<i32>) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year?, u32::try_from(month?).ok()?, u32::try_from(day?).ok()?)
}

/// The latest date with this month and day that is not after `sent`.
fn latest_before(month: Option<i32>, day: Option<i32>, sent: NaiveDate) -> Option<NaiveDate> {
    let this_year = date_from(Some(sent.year()), month, day).filter(|d| *d <= sent);
    this_year.or_else(|| date_from(Some(sent.year() - 1), month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).expect("a day")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn parse_date_accepts_common_formats() {
        let sent = ymd(2026, 3, 20);
        for (text, expected) in [
            ("03/15/2026", ymd(2026, 3, 15)),
            ("2026-03-15", ymd(2026, 3, 15)),
            ("March 15, 2026", ymd(2026, 3, 15)),
            ("15 Mar 2026", ymd(2026, 3, 15)),
            ("Dec 5", ymd(2025, 12, 5)),
            ("Mar 5", ymd(2026, 3, 5)),
        ] {
            assert_eq!(parse_date(text, sent), Some(expected), "{text}");
        }
        for text in ["04/15/2026", "2024-01-01", "13/13/2026", "soon", "", "Feb 30"] {
            assert_eq!(parse_date(text, sent), None, "{text}");
        }
    }

    #[test]
    fn missing_or_implausible_date_is_replaced_by_received_date() {
        let now = at("2026-06-01T00:00:00Z");
        let plausible = mail_parser::DateTime::parse_rfc822("Mon, 5 Jan 2026 10:00:00 +0100");
        let future = mail_parser::DateTime::parse_rfc822("Mon, 5 Jan 2099 10:00:00 +0000");
        let received = mail_parser::DateTime::parse_rfc822("Mon, 5 Jan 2026 09:00:07 +0000");
        assert_eq!(
            sent_at(plausible.as_ref(), None, b"", now),
            Some(at("2026-01-05T09:00:00Z"))
        );
        assert_eq!(
            sent_at(future.as_ref(), received.as_ref(), b"", now),
            Some(at("2026-01-05T09:00:07Z"))
        );
        let line = b"From - Mon Jan  5 10:00:00 2026";
        assert_eq!(sent_at(None, None, line, now), Some(at("2026-01-05T10:00:00Z")));
        assert_eq!(
            sent_at(None, None, b"From 17@xxx Mon Jan 05 10:00:00 +0000 2026", now),
            Some(at("2026-01-05T10:00:00Z"))
        );
        assert_eq!(sent_at(future.as_ref(), None, b"From x", now), None);
    }
}
