//! Dates in the text of a message.

use super::month;
use chrono::{Datelike as _, Days, NaiveDate};

/// Maximum number of words in a date; longer texts are not parsed.
const MAX_WORDS: usize = 10;

/// Parses a date in a message that was sent on `sent`: `2026-03-15`, `March 15th, 2026`, `15 de marzo de 2026`, `15. März`,
/// or `03/15/2026`. Numbers are read day-first or month-first, whichever is closer to `sent`. Without a year, the most recent
/// matching date is used. Dates more than one day after `sent` or more than 400 days before it are rejected.
pub fn parse_date(text: &str, sent: NaiveDate) -> Option<NaiveDate> {
    let words = split_words(text)?;
    let is_dotted = !text.contains(['/', '-']);
    let numbers: Vec<i32> = words.iter().filter_map(|w| w.parse().ok()).collect();
    let mut months: Vec<(usize, u32)> = words
        .iter()
        .enumerate()
        .filter_map(|(n, w)| month::number(w).map(|m| (n, m)))
        .collect();
    if months.len() > 1 {
        months.retain(|(n, _)| {
            words
                .get(*n)
                .is_some_and(|w| !month::AMBIGUOUS_NAMES.contains(&w.as_str()))
        });
    }
    let candidates = match (months.as_slice(), numbers.as_slice()) {
        ([(_, month)], [day]) => vec![latest_before(*month, *day, sent)],
        ([(_, month)], [year, day]) if *year > 31 => vec![date_from(*year, *month, *day)],
        ([(_, month)], [day, year]) => vec![date_from(full_year(*year), *month, *day)],
        ([], [year, month, day]) if *year > 99 => {
            vec![date_from(*year, u32::try_from(*month).ok()?, *day)]
        }
        ([], [first, second, year]) => {
            let year = full_year(*year);
            let day_first = u32::try_from(*second)
                .ok()
                .and_then(|m| date_from(year, m, *first));
            let month_first = u32::try_from(*first)
                .ok()
                .and_then(|m| date_from(year, m, *second));
            // Dates with dots are day-first in every language.
            vec![day_first, month_first.filter(|_| !is_dotted)]
        }
        ([], [day, month]) if is_dotted => vec![latest_before(u32::try_from(*month).ok()?, *day, sent)],
        _ => Vec::new(),
    };
    let oldest = sent.checked_sub_days(Days::new(400))?;
    let newest = sent.succ_opt()?;
    candidates
        .into_iter()
        .flatten()
        .filter(|date| (oldest..=newest).contains(date))
        .min_by_key(|date| (*date - sent).num_days().abs())
}

/// Splits a date into folded words, without ordinal suffixes and times of day. `None` if there are too many words.
fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    for token in
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '/' | '-' | 'º' | 'ª' | '°'))
    {
        // Drop times of day, including the time of an ISO 8601 timestamp.
        let token = match token.split_once('T') {
            Some((day, time)) if !day.is_empty() && time.contains(':') => day,
            _ if token.contains(':') => continue,
            _ => token,
        };
        let folded = month::fold(token);
        let digits = folded.trim_end_matches(|c: char| c.is_alphabetic());
        let is_ordinal = !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && matches!(
                folded.get(digits.len()..),
                Some("st" | "nd" | "rd" | "th" | "er" | "e" | "o" | "a")
            );
        if !folded.is_empty() {
            words.push(if is_ordinal { digits.to_owned() } else { folded });
        }
        if words.len() > MAX_WORDS {
            return None;
        }
    }
    Some(words)
}

/// Adds 2000 to a two-digit year.
const fn full_year(year: i32) -> i32 {
    if year < 100 { year + 2000 } else { year }
}

fn date_from(year: i32, month: u32, day: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, u32::try_from(day).ok()?)
}

/// The latest date with this month and day that is not after `sent`.
fn latest_before(month: u32, day: i32, sent: NaiveDate) -> Option<NaiveDate> {
    let this_year = date_from(sent.year(), month, day).filter(|d| *d <= sent);
    this_year.or_else(|| date_from(sent.year() - 1, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).expect("a day")
    }

    #[test]
    fn parse_date_accepts_common_formats() {
        let sent = ymd(2026, 3, 20);
        for (text, expected) in [
            ("03/15/2026", ymd(2026, 3, 15)),
            ("15/03/2026", ymd(2026, 3, 15)),
            ("3/15/26", ymd(2026, 3, 15)),
            ("15.03.2026", ymd(2026, 3, 15)),
            ("15.03.", ymd(2026, 3, 15)),
            ("2026-03-15", ymd(2026, 3, 15)),
            ("2026-03-15T08:00:00Z", ymd(2026, 3, 15)),
            ("March 15, 2026", ymd(2026, 3, 15)),
            ("Sunday, March 15th, 2026 at 10:30", ymd(2026, 3, 15)),
            ("15 Mar 2026", ymd(2026, 3, 15)),
            ("Dec 5", ymd(2025, 12, 5)),
            ("Mar 5", ymd(2026, 3, 5)),
        ] {
            assert_eq!(parse_date(text, sent), Some(expected), "{text}");
        }
        for text in [
            "04/15/2026",
            "2024-01-01",
            "13/13/2026",
            "soon",
            "",
            "Feb 30",
            "1 2 3 4",
            "24/7",
        ] {
            assert_eq!(parse_date(text, sent), None, "{text}");
        }
    }

    #[test]
    fn numeric_date_is_read_as_it_fits_the_sending_day() {
        assert_eq!(parse_date("04/05/2026", ymd(2026, 5, 4)), Some(ymd(2026, 5, 4)));
        assert_eq!(parse_date("04/05/2026", ymd(2026, 4, 5)), Some(ymd(2026, 4, 5)));
        assert_eq!(parse_date("04/05/2026", ymd(2026, 4, 20)), Some(ymd(2026, 4, 5)));
        assert_eq!(parse_date("04.03.2026", ymd(2026, 4, 4)), Some(ymd(2026, 3, 4)));
        assert_eq!(parse_date("01/12/2026", ymd(2026, 1, 14)), Some(ymd(2026, 1, 12)));
    }

    #[test]
    fn month_names_of_all_languages_are_known() {
        for (text, month) in [
            ("3. März 2026", 3),
            ("3 mars 2026", 3),
            ("1er février 2026", 2),
            ("3 août 2025", 8),
            ("15 de diciembre de 2025", 12),
            ("15 de março de 2026", 3),
            ("1º de outubro de 2025", 10),
            ("3 maggio 2025", 5),
            ("3 mei 2025", 5),
            ("3 Ağustos 2025 Pazar", 8),
            ("3 Şubat 2026", 2),
            ("3 Kasım 2025", 11),
            ("3 października 2025 r.", 10),
            ("3 stycznia 2026", 1),
            ("den 3 augusti 2025", 8),
            ("mar. 3 févr. 2026", 2),
            ("1 Mart 2026 Paz", 3),
            ("mié, 4 mar 2026", 3),
        ] {
            assert_eq!(
                parse_date(text, ymd(2026, 4, 1)).map(|d| d.month()),
                Some(month),
                "{text}"
            );
        }
    }
}
