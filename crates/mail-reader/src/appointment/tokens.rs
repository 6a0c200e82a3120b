//! Tokenizes a sentence into words, numbers and signs, and parses times of day.

use super::{words, zone::Zone};
use crate::parser::fold;
use chrono::NaiveTime;

/// Maximum number of tokens read from a sentence; the rest are ignored.
const MAX_TOKENS: usize = 400;
/// Number of tokens before a date or time that are searched for the word that makes it a deadline or an alternative.
const MAX_LOOK_BACK: usize = 6;

#[derive(Debug)]
enum Token<'t> {
    /// The value and the number of digits, at most four. Longer numbers are words.
    Number(u32, usize),
    /// The folded and the original text.
    Word(String, &'t str),
    Sign(&'t str),
}

/// A range of token indexes, without `end`.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A time of day as written.
struct Clock {
    hour: u32,
    minute: u32,
    /// True for pm, false for am, `None` if neither is given.
    is_pm: Option<bool>,
    has_colon: bool,
    /// The notation cannot mean anything but a time.
    is_certain: bool,
    end: usize,
}

/// The tokens of a sentence.
pub struct Tokens<'t>(Vec<Token<'t>>);

impl<'t> Tokens<'t> {
    pub fn new(sentence: &'t str) -> Self {
        let mut tokens = Vec::new();
        let mut rest = sentence.trim_start();
        while let Some(first) = rest.chars().next() {
            if tokens.len() == MAX_TOKENS {
                break;
            }
            let same = |c: char| {
                if first.is_ascii_digit() {
                    c.is_ascii_digit()
                } else {
                    first.is_alphabetic() && c.is_alphabetic()
                }
            };
            let end = rest
                .find(|c| !same(c))
                .unwrap_or(rest.len())
                .max(first.len_utf8());
            let (text, tail) = rest.split_at(end);
            tokens.push(if first.is_ascii_digit() && end <= 4 {
                Token::Number(text.parse().unwrap_or_default(), end)
            } else if first.is_alphanumeric() {
                Token::Word(fold(text), text)
            } else {
                Token::Sign(text)
            });
            rest = tail.trim_start();
        }
        Self(tokens)
    }

    pub const fn len(&self) -> usize {
        self.0.len()
    }

    pub fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.0.get(at)? {
            Token::Number(number, digits) => Some((*number, *digits)),
            Token::Word(..) | Token::Sign(_) => None,
        }
    }

    pub fn word(&self, at: usize) -> Option<&str> {
        match self.0.get(at)? {
            Token::Word(folded, _) => Some(folded),
            Token::Number(..) | Token::Sign(_) => None,
        }
    }

    pub fn sign(&self, at: usize) -> Option<char> {
        match self.0.get(at)? {
            Token::Sign(text) => text.chars().next(),
            Token::Number(..) | Token::Word(..) => None,
        }
    }

    pub fn raw_word(&self, at: usize) -> Option<&'t str> {
        match self.0.get(at)? {
            Token::Word(_, raw) => Some(raw),
            Token::Number(..) | Token::Sign(_) => None,
        }
    }

    /// A word or a sign.
    fn text(&self, at: usize) -> Option<&str> {
        match self.0.get(at)? {
            Token::Word(folded, _) => Some(folded),
            Token::Sign(text) => Some(text),
            Token::Number(..) => None,
        }
    }

    /// The index of the first token from `at` on that is a number or not skipped. Skips at most four tokens.
    pub fn skip(&self, at: usize, is_skipped: impl Fn(&str) -> bool) -> usize {
        let skipped = (at..self.len()).take_while(|n| self.text(*n).is_some_and(&is_skipped));
        at + skipped.take(4).count()
    }

    pub fn has_any(&self, is_searched: impl Fn(&str) -> bool) -> bool {
        (0..self.len()).any(|at| self.word(at).is_some_and(&is_searched))
    }

    /// The number at `at`, if it can be the day of a month.
    pub fn day(&self, at: usize) -> Option<u32> {
        let (day, digits) = self.number(at)?;
        (digits <= 2 && (1..=31).contains(&day)).then_some(day)
    }

    /// The year after a month, and the index after it.
    pub fn year(&self, at: usize) -> Option<(i32, usize)> {
        let at = self.skip(at, |text| matches!(text, "." | "," | "de" | "del" | "di"));
        let (year, digits) = self.number(at)?;
        (digits == 4 && (1990..=2099).contains(&year))
            .then(|| i32::try_from(year).ok())
            .flatten()
            .map(|year| (year, at + 1))
    }

    /// The weekday before or after a date, from 0 for Monday.
    pub fn weekday_beside(&self, start: usize, end: usize) -> Option<u32> {
        let before = (0..start).rev().take(4).find_map(|at| match self.text(at) {
            Some(text) => match words::weekday(text) {
                Some(weekday) => Some(Some(weekday)),
                None if words::is_filler(text) || matches!(text, "," | "." | "-" | "(") => None,
                None => Some(None),
            },
            None => Some(None),
        });
        let behind = || {
            let at = self.skip(end, |text| matches!(text, "," | "." | "(" | "-"));
            self.word(at).and_then(words::weekday)
        };
        before.flatten().or_else(behind)
    }

    /// The word before a date or time that may mark it as a deadline or an alternative, and its index. Skips weekdays, filler words
    /// and punctuation.
    fn word_before(&self, at: usize) -> Option<(usize, &str)> {
        (0..at)
            .rev()
            .take(MAX_LOOK_BACK)
            .find_map(|n| match self.text(n) {
                Some(text) if words::is_deadline(text) => Some(Some((n, text))),
                Some(text) if words::is_filler(text) || words::weekday(text).is_some() => None,
                Some("," | "." | "-" | "'" | ":") => None,
                Some(text) => Some(Some((n, text))),
                None => Some(None),
            })?
    }

    /// Whether a word before a date or time makes it a deadline: "by Thursday, 3 December".
    pub fn follows_deadline(&self, at: usize) -> bool {
        let Some((n, word)) = self.word_before(at) else {
            return false;
        };
        // Polish "do" means "until", unlike Portuguese "do dia" and the German weekday "Do.".
        words::is_deadline(word) && !(word == "do" && matches!(self.text(n + 1), Some("dia" | "." | ",")))
    }

    /// Whether a word after a date or time makes it a deadline: "3 Aralık'a kadar".
    pub fn precedes_deadline(&self, end: usize) -> bool {
        (end..end + 4)
            .map_while(|at| self.text(at))
            .any(words::is_deadline_behind)
    }

    /// Whether a word before a date or time makes it one of several alternatives: "Thursday or Friday, 4 December".
    pub fn follows_alternative(&self, at: usize) -> bool {
        self.word_before(at).is_some_and(|(n, word)| {
            let is_at_begin = n == 0;
            !is_at_begin && words::is_alternative(word)
        })
    }

    /// Whether a word before a number makes it a time of day: "kl. 14", "ore 14".
    pub fn is_after_clock_word(&self, at: usize) -> bool {
        let Some(mut before) = at.checked_sub(1) else {
            return false;
        };
        if matches!(self.sign(before), Some('.' | ':')) && before > 0 {
            before -= 1;
        }
        self.word(before).is_some_and(words::is_clock_before)
    }

    fn clock(&self, at: usize) -> Option<Clock> {
        let (hour, digits) = self.number(at).filter(|(_, digits)| *digits <= 2)?;
        let minute_at = |n: usize| {
            let (minute, digits) = self.number(n)?;
            (digits == 2 && minute < 60).then_some(minute)
        };
        let mut clock = Clock {
            hour,
            minute: 0,
            is_pm: None,
            has_colon: false,
            is_certain: self.is_after_clock_word(at),
            end: at + 1,
        };
        let separator = self.text(clock.end).unwrap_or_default();
        if let Some(minute) = minute_at(at + 2).filter(|_| matches!(separator, ":" | "." | "h" | "u")) {
            let is_date = separator == "." && self.sign(at + 3) == Some('.') && self.number(at + 4).is_some();
            if is_date {
                return None;
            }
            clock.minute = minute;
            clock.has_colon = separator == ":";
            clock.is_certain |= matches!(separator, "h" | "u");
            clock.end += 2;
            if clock.has_colon && self.sign(clock.end) == Some(':') && minute_at(clock.end + 1).is_some() {
                clock.end += 2;
            }
        }
        match self.word(clock.end) {
            Some(half @ ("am" | "pm")) => {
                clock.is_pm = Some(half == "pm");
                clock.end += 1;
            }
            Some(half @ ("a" | "p"))
                if self.sign(clock.end + 1) == Some('.') && self.word(clock.end + 2) == Some("m") =>
            {
                clock.is_pm = Some(half == "p");
                clock.end += if self.sign(clock.end + 3) == Some('.') {
                    4
                } else {
                    3
                };
            }
            Some(word) if words::is_clock_after(word) => {
                clock.is_certain = true;
                clock.end += 1;
            }
            _ => {}
        }
        clock.is_certain |= clock.is_pm.is_some();
        let hours = if clock.is_pm.is_some() { 1..=12 } else { 0..=23 };
        (hours.contains(&hour) && (digits == 2 || hour < 10)).then_some(clock)
    }

    /// Parses a time, or the start of a range of times, with its time zone. Also returns the index after it. The inner `None` means that
    /// the time zone is not recognized.
    pub fn time(&self, at: usize) -> Option<(Option<(NaiveTime, Zone)>, usize)> {
        let mut clock = self.clock(at)?;
        let between = at.checked_sub(1).map(|n| {
            if self.word(n) == Some("las") {
                n.saturating_sub(1)
            } else {
                n
            }
        });
        let is_between = between.and_then(|n| self.word(n)).is_some_and(words::is_between);
        let is_range = |text: &str| {
            matches!(text, "-" | "–" | "—" | "−")
                || words::is_range(text)
                || (is_between && words::is_range_after_between(text))
        };
        let mut start_zone = self.zone(clock.end);
        let range_at = start_zone.as_ref().map_or(clock.end, |(_, end)| *end);
        let mut end = range_at;
        if self.text(range_at).is_some_and(is_range) {
            let last_at = self.skip(range_at + 1, |text| words::is_clock_before(text) || text == ".");
            let last = self.clock(last_at);
            let begins = clock.is_certain || clock.has_colon;
            if let Some(last) =
                last.filter(|last| last.is_certain || (begins && last.has_colon) || clock.is_certain)
            {
                if clock.is_pm.is_none()
                    && let Some(is_pm) = last.is_pm
                {
                    // The start of "2-3 pm" is pm, but the start of "11-1 pm" is am.
                    clock.is_pm = Some(is_pm != (clock.hour % 12 > last.hour % 12));
                }
                clock.is_certain |= last.is_certain;
                end = last.end;
                if let Some((zone, after)) = self.zone(last.end) {
                    start_zone = Some((zone, after));
                    end = after;
                }
            }
        }
        if !clock.is_certain && !clock.has_colon {
            return None;
        }
        let hour = match clock.is_pm {
            Some(is_pm) => clock.hour % 12 + if is_pm { 12 } else { 0 },
            None => clock.hour,
        };
        let time = NaiveTime::from_hms_opt(hour, clock.minute, 0)?;
        let zone = start_zone.map_or(Some(Zone::Unnamed), |(zone, _)| zone);
        Some((zone.map(|zone| (time, zone)), end))
    }
}
