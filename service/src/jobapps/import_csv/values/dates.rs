//! Parses dates in common formats.

use chrono::{DateTime, NaiveDate, Utc};
use domain::jobapps::DateOrder;

/// A parsed date, which may be ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrittenDate {
    /// A day without ambiguity.
    Day(NaiveDate),
    /// A day written as numbers. One of them is too large for a month, so the order is known.
    Ordered(NaiveDate, DateOrder),
    /// A day written as two numbers that could both be the month.
    Ambiguous { first: u32, second: u32, year: i32 },
    /// A date with a time.
    Instant(DateTime<Utc>),
}

/// A date ends at one of these characters. It is followed by a time of day, or by the end of a range.
const RANGE_MARKS: [char; 2] = ['→', '–'];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Minimum length of an abbreviated month or weekday.
const MIN_NAME_LEN: usize = 3;
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
const FILLER_WORDS: [&str; 3] = ["on", "of", "at"];
/// Two-digit years up to this one belong to this century.
const LAST_SHORT_YEAR: i32 = 69;

/// Parses a date. `None` if the text is not a date.
pub(super) fn read(text: &str) -> Option<WrittenDate> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(WrittenDate::Instant(at.with_timezone(&Utc)));
    }
    let text = text.split(RANGE_MARKS).next().unwrap_or_default();
    let text = match text.split_once('T') {
        Some((date, time)) if is_iso_date(date) && time.contains(':') => date,
        _ => text,
    };
    let is_separator = |c: char| matches!(c, '/' | '.' | '-');
    let mut parts: Vec<&str> = Vec::new();
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    for word in words.filter(|word| !word.is_empty()) {
        if word.contains(':') {
            break;
        }
        parts.extend(word.split(is_separator).filter(|part| !part.is_empty()));
    }
    parts.retain(|part| !is_filler(part));
    let is_dotted = text.contains('.');
    match parts.as_slice() {
        [digits] if digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            let (year, rest) = digits.split_at_checked(4)?;
            let (month, date) = rest.split_at_checked(2)?;
            day(year_of_four(year)?, number(month)?, number(date)?)
        }
        [first, second, third] => read_parts(first, second, third, is_dotted),
        _ => None,
    }
}

fn is_iso_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().filter(|b| *b == b'-').count() == 2
}

fn is_filler(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    FILLER_WORDS.contains(&lower.as_str()) || index_of_name(&lower, &WEEKDAYS).is_some()
}

/// The index of the name that the word equals or abbreviates.
fn index_of_name(word: &str, names: &[&str]) -> Option<usize> {
    let is_name = word.len() >= MIN_NAME_LEN;
    // `Sept` is the only common abbreviation that is longer than three letters.
    names.iter().position(|name| is_name && name.starts_with(word))
}

fn month(word: &str) -> Option<u32> {
    let index = index_of_name(&word.to_ascii_lowercase(), &MONTHS)?;
    u32::try_from(index + 1).ok()
}

fn read_parts(first: &str, second: &str, third: &str, is_dotted: bool) -> Option<WrittenDate> {
    if let Some(month) = month(first) {
        return day(year(third)?, month, number(second)?);
    }
    if let Some(month) = month(second) {
        return match (year_of_four(first), number(first)) {
            (Some(year), _) => day(year, month, number(third)?),
            (None, Some(date)) => day(year(third)?, month, date),
            _ => None,
        };
    }
    if let Some(year) = year_of_four(first) {
        return day(year, number(second)?, number(third)?);
    }
    let (first, second, year) = (number(first)?, number(second)?, year(third)?);
    if is_dotted {
        return day(year, second, first);
    }
    match (first > 12, second > 12) {
        (true, true) => None,
        (true, false) => ordered(year, second, first, DateOrder::DayFirst),
        (false, true) => ordered(year, first, second, DateOrder::MonthFirst),
        (false, false) if first == second => day(year, first, second),
        (false, false) => {
            let is_date = |month, date| NaiveDate::from_ymd_opt(year, month, date).is_some();
            (is_date(first, second) && is_date(second, first)).then_some(WrittenDate::Ambiguous {
                first,
                second,
                year,
            })
        }
    }
}

fn day(year: i32, month: u32, day: u32) -> Option<WrittenDate> {
    NaiveDate::from_ymd_opt(year, month, day).map(WrittenDate::Day)
}

fn ordered(year: i32, month: u32, day: u32, order: DateOrder) -> Option<WrittenDate> {
    NaiveDate::from_ymd_opt(year, month, day).map(|date| WrittenDate::Ordered(date, order))
}

/// Parses a number of one or two digits, which may be ordinal: `5`, `05`, `5th`.
fn number(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &text[digits.len()..];
    let is_number = matches!(digits.len(), 1 | 2)
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(
            suffix.to_ascii_lowercase().as_str(),
            "" | "st" | "nd" | "rd" | "th"
        );
    if is_number { digits.parse().ok() } else { None }
}

fn year_of_four(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    if is_year { text.parse().ok() } else { None }
}

fn year(text: &str) -> Option<i32> {
    if text.len() != 2 {
        return year_of_four(text);
    }
    let short: i32 = text
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())??;
    Some(if short <= LAST_SHORT_YEAR {
        2000 + short
    } else {
        1900 + short
    })
}

/// The day of an ambiguous date, read in this order.
pub(super) fn in_order(first: u32, second: u32, year: i32, order: DateOrder) -> Option<NaiveDate> {
    match order {
        DateOrder::DayFirst => NaiveDate::from_ymd_opt(year, second, first),
        DateOrder::MonthFirst => NaiveDate::from_ymd_opt(year, first, second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    #[test]
    fn unambiguous_dates_need_no_order() {
        let expected = Some(WrittenDate::Day(date(2024, 10, 5)));
        for text in [
            "2024-10-05",
            " 2024/10/5 ",
            "2024.10.05",
            "20241005",
            "2024-10-05T14:15:00",
            "2024-10-05 14:15",
            "2024-10-05 14:15:00 UTC",
            "October 5, 2024",
            "October 5, 2024 2:15 PM (GMT+2)",
            "October 5, 2024 → October 9, 2024",
            "Oct 5th, 2024",
            "Sat, 5 Oct 2024 14:15:00 +0000",
            "5 October 2024",
            "5-Oct-24",
            "5. Oct. 2024",
            "05.10.2024",
            "5.10.24, 14:15",
            "2024-Oct-05",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("10/10/24"), Some(WrittenDate::Day(date(2024, 10, 10))));
        assert_eq!(read("May 1 99"), Some(WrittenDate::Day(date(1999, 5, 1))));
        assert_eq!(read("Sept 1 2024"), Some(WrittenDate::Day(date(2024, 9, 1))));
        let at = "2024-10-05T23:15:00Z".parse().expect("a time");
        assert_eq!(read("2024-10-05T23:15:00.000Z"), Some(WrittenDate::Instant(at)));
        assert_eq!(read("2024-10-06T01:15:00+02:00"), Some(WrittenDate::Instant(at)));
    }

    #[test]
    fn numbers_above_twelve_show_the_order_and_others_do_not() {
        let (day_first, month_first) = (DateOrder::DayFirst, DateOrder::MonthFirst);
        assert_eq!(
            read("25/10/2024"),
            Some(WrittenDate::Ordered(date(2024, 10, 25), day_first))
        );
        assert_eq!(
            read("\"10/25/24, 2:15 PM\"".trim_matches('"')),
            Some(WrittenDate::Ordered(date(2024, 10, 25), month_first))
        );
        let ambiguous = WrittenDate::Ambiguous {
            first: 10,
            second: 5,
            year: 2024,
        };
        assert_eq!(read("10/5/24, 2:15 PM"), Some(ambiguous));
        assert_eq!(read("10-05-2024"), Some(ambiguous));
        assert_eq!(in_order(10, 5, 2024, month_first), Some(date(2024, 10, 5)));
        assert_eq!(in_order(10, 5, 2024, day_first), Some(date(2024, 5, 10)));
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "soon",
            "2024",
            "10/2024",
            "31/31/2024",
            "2024-02-30",
            "30/2/2024",
            "1/2/3/4",
            "5 10",
            "13.13.2024",
            "1/2/123",
            "0/5/2024",
            "May",
            "\u{0}",
            "é/5/2024",
            "5th of Foo 2024",
            "99999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
