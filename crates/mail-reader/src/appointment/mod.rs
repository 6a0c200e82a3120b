//! Finds the date and time of an appointment in the text of an invitation, for messages without a calendar file.

mod tokens;
mod words;
mod zone;

use crate::parser::{Message, Text, month_number};
use chrono::{
    Datelike as _, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta,
    TimeZone as _, Timelike as _,
};
use tokens::{Span, Tokens};
use zone::Zone;

/// Maximum number of sentences read from a text; the rest are ignored.
const MAX_SENTENCES: usize = 400;
/// Maximum number of tokens between a date and a time after it: "on 3 December at our office in Bonn at 14:00".
const MAX_GAP: usize = 9;
/// Maximum number of tokens between a time and a date after it: "at 14:00 CET on Thursday, the 3rd of December".
const MAX_GAP_BEFORE: usize = 6;
/// Maximum number of tokens before a time that belongs to the date in the sentence above: "Time: 14:00".
const MAX_LABEL: usize = 3;
/// Maximum number of days ahead of a date without a year; later dates are assumed to be in the past.
const MAX_DAYS_WITHOUT_YEAR: u64 = 183;
/// Maximum number of days ahead of an appointment.
const MAX_DAYS: u64 = 366;
/// If both readings of `04/05` are at most this many days ahead, the date is ambiguous.
const AMBIGUOUS_DAYS: u64 = 60;

/// A date and time of day as a message names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// The date and time in the time zone of the appointment.
    pub local: NaiveDateTime,
    /// The UTC offset of that time zone at that time; `None` if the message names no time zone.
    pub offset: Option<FixedOffset>,
}

/// A date or time in a sentence.
enum Mention {
    /// A date. `None` if it cannot be the date of an appointment, such as a past day or a deadline.
    Date(Option<NaiveDate>, Span),
    /// A time of day. `None` if it is a deadline or its time zone is not recognized.
    Time(Option<(NaiveTime, Zone)>, Span),
}

/// Hours of the day in which appointments begin; other times are ignored.
const HOURS: std::ops::RangeInclusive<u32> = 6..=21;

/// The message offers several times, so that there is no single appointment.
struct Ambiguous;

/// Finds the appointment that a message names. `None` if it names several, such as a choice of times.
pub fn find(message: &Message) -> Option<Appointment> {
    let headers = &message.headers;
    let mut search = Search {
        sent: headers.sent_at.naive_utc(),
        sent_on: headers.sent_on,
        texts: [&message.plain, &message.html],
        found: None,
    };
    for text in [
        headers.subject.as_str(),
        &message.plain.sentences,
        &message.html.sentences,
    ] {
        search.read(text).ok()?;
    }
    search.found
}

struct Search<'m> {
    sent: NaiveDateTime,
    sent_on: NaiveDate,
    texts: [&'m Text; 2],
    found: Option<Appointment>,
}

impl Search<'_> {
    fn read(&mut self, text: &str) -> Result<(), Ambiguous> {
        let mut date_above = None;
        for sentence in text.lines().take(MAX_SENTENCES) {
            // Dates and times contain digits.
            if !sentence.bytes().any(|byte| byte.is_ascii_digit()) {
                date_above = None;
                continue;
            }
            let tokens = Tokens::new(sentence);
            let mentions = self.mentions(&tokens)?;
            let above = date_above.take();
            match (above, mentions.as_slice()) {
                (_, [Mention::Date(Some(date), _)]) => date_above = Some(*date),
                (Some(date), [Mention::Time(Some(time), span)]) if span.start <= MAX_LABEL => {
                    self.add(date, *time)?;
                }
                _ => self.pair(&mentions)?,
            }
        }
        Ok(())
    }

    /// Pairs each date with the times after it, or if there are none, with the time before it.
    fn pair(&mut self, mentions: &[Mention]) -> Result<(), Ambiguous> {
        let mut last_used = None;
        for (at, mention) in mentions.iter().enumerate() {
            let Mention::Date(date, span) = mention else {
                continue;
            };
            let mut end = span.end;
            let mut times = Vec::new();
            for (later, next) in mentions.iter().enumerate().skip(at + 1) {
                match next {
                    Mention::Time(time, span) if span.start.saturating_sub(end) <= MAX_GAP => {
                        end = span.end;
                        times.extend(*time);
                        last_used = Some(later);
                    }
                    Mention::Date(Some(_), span)
                        if date.is_some() && !times.is_empty() && span.start.saturating_sub(end) <= 2 =>
                    {
                        return Err(Ambiguous);
                    }
                    _ => break,
                }
            }
            if times.is_empty()
                && let Some(before) = at.checked_sub(1)
                && last_used.is_none_or(|used| used < before)
                && let Some(Mention::Time(time, time_span)) = mentions.get(before)
                && span.start.saturating_sub(time_span.end) <= MAX_GAP_BEFORE
            {
                times.extend(*time);
            }
            if let Some(date) = date {
                for time in times {
                    self.add(*date, time)?;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, date: NaiveDate, (time, zone): (NaiveTime, Zone)) -> Result<(), Ambiguous> {
        // Other times, such as 23:59, are more likely deadlines.
        if !HOURS.contains(&time.hour()) {
            return Ok(());
        }
        let local = date.and_time(time);
        let offset = match zone {
            Zone::Unnamed => None,
            Zone::Offset(offset) => Some(offset),
            Zone::Name(name) => name
                .offset_from_local_datetime(&local)
                .earliest()
                .map(|o| o.fix()),
        };
        // Skip times before the message was sent, which may be from a quoted message. Without a zone, allow a margin of two hours.
        let margin = if offset.is_some() { 0 } else { 2 };
        let east = offset.map_or(0, |o| i64::from(o.local_minus_utc()));
        if date == self.sent_on && local - TimeDelta::seconds(east) < self.sent + TimeDelta::hours(margin) {
            return Ok(());
        }
        let known = self.found.get_or_insert(Appointment { local, offset });
        let is_other_zone = matches!((known.offset, offset), (Some(known), Some(offset)) if known != offset);
        if known.local != local || is_other_zone {
            return Err(Ambiguous);
        }
        known.offset = known.offset.or(offset);
        Ok(())
    }

    fn mentions(&self, tokens: &Tokens<'_>) -> Result<Vec<Mention>, Ambiguous> {
        let mut mentions = Vec::new();
        let is_deadline = tokens.has_any(words::is_deadline_sentence);
        let mut at = 0;
        while at < tokens.len() {
            let time_first = tokens.is_after_clock_word(at);
            let date = if time_first { None } else { self.date(tokens, at) };
            if let Some((date, end)) = date {
                if tokens.follows_alternative(at) && date.is_some() {
                    return Err(Ambiguous);
                }
                let follows_deadline =
                    tokens.follows_deadline(at) || tokens.precedes_deadline(end) || is_deadline;
                let follows_dropped_time = matches!(mentions.last(),
                    Some(Mention::Time(None, span)) if at.saturating_sub(span.end) <= MAX_GAP_BEFORE);
                let date = date.filter(|_| !follows_deadline && !follows_dropped_time);
                mentions.push(Mention::Date(date, Span { start: at, end }));
                at = end;
            } else if let Some((time, end)) = tokens.time(at) {
                let is_offered = tokens.follows_alternative(at)
                    && matches!(mentions.last(), Some(Mention::Time(Some(_), span)) if at - span.end <= 3);
                if is_offered {
                    return Err(Ambiguous);
                }
                let is_end = is_deadline || tokens.follows_deadline(at) || tokens.precedes_deadline(end);
                let time = time.filter(|_| !is_end);
                if is_end
                    && let Some(Mention::Date(date, span)) = mentions.last_mut()
                    && tokens.precedes_deadline(end)
                    && at.saturating_sub(span.end) <= 3
                {
                    *date = None;
                }
                mentions.push(Mention::Time(time, Span { start: at, end }));
                at = end;
            } else {
                at += 1;
            }
        }
        Ok(mentions)
    }

    /// Parses the date at index `at`, and returns it with the index after it. The inner `None` means that it cannot be the date of an
    /// appointment.
    fn date(&self, tokens: &Tokens<'_>, at: usize) -> Option<(Option<NaiveDate>, usize)> {
        self.named_date(tokens, at)
            .or_else(|| self.numeric_date(tokens, at))
    }

    /// Parses a date with the name of a month: `3 December 2026`, `3. Dezember`, `3 de diciembre de 2026`, `December 3rd, 2026`.
    fn named_date(&self, tokens: &Tokens<'_>, at: usize) -> Option<(Option<NaiveDate>, usize)> {
        let (day, month, end) = if let Some(day) = tokens.day(at) {
            let month_at = tokens.skip(at + 1, words::is_between_day_and_month);
            (day, month_number(tokens.word(month_at)?)?, month_at + 1)
        } else {
            let month = month_number(tokens.word(at)?)?;
            let day_at = if tokens.sign(at + 1) == Some('.') {
                at + 2
            } else {
                at + 1
            };
            let day = tokens.day(day_at)?;
            let next = tokens.skip(day_at + 1, words::is_between_day_and_month);
            let is_other_date = tokens.word(next).is_some_and(|word| month_number(word).is_some());
            if is_other_date || tokens.time(day_at).is_some() {
                return None;
            }
            let end = if tokens.word(day_at + 1).is_some_and(words::is_ordinal_ending) {
                day_at + 2
            } else {
                day_at + 1
            };
            (day, month, end)
        };
        let (year, end) = tokens
            .year(end)
            .map_or((None, end), |(year, end)| (Some(year), end));
        let weekday = tokens.weekday_beside(at, end);
        let date = match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day).filter(|d| self.is_ahead(*d, MAX_DAYS)),
            None => self.next(month, day),
        };
        let date = date.filter(|d| weekday.is_none_or(|w| w == d.weekday().num_days_from_monday()));
        Some((date, end))
    }

    /// Parses a numeric date: `2026-12-03`, `03.12.2026`, `3.12.`, `12/03/2026`, `Thursday 3/12`.
    fn numeric_date(&self, tokens: &Tokens<'_>, at: usize) -> Option<(Option<NaiveDate>, usize)> {
        let separator = tokens.sign(at + 1).filter(|c| matches!(c, '.' | '/' | '-'))?;
        let (first, first_digits) = tokens.number(at)?;
        let (second, second_digits) = tokens.number(at + 2)?;
        if second_digits > 2 {
            return None;
        }
        let third = tokens
            .number(at + 4)
            .filter(|_| tokens.sign(at + 3) == Some(separator));
        if first_digits == 4 {
            let day = third.filter(|(_, digits)| *digits <= 2)?.0;
            let date = NaiveDate::from_ymd_opt(i32::try_from(first).ok()?, second, day)?;
            let end = if tokens.word(at + 5) == Some("t") {
                at + 6
            } else {
                at + 5
            };
            return Some((Some(date).filter(|d| self.is_ahead(*d, MAX_DAYS)), end));
        }
        if first_digits > 2 {
            return None;
        }
        let year = match third {
            Some((year, 4)) => Some(i32::try_from(year).ok()?),
            Some((year, 2)) => Some(i32::try_from(year).ok()? + 2000),
            Some(_) => return None,
            None => None,
        };
        let has_end = separator == '.' && tokens.sign(at + 3) == Some('.');
        let end = at
            + if year.is_some() {
                5
            } else if has_end {
                4
            } else {
                3
            };
        let weekday = tokens.weekday_beside(at, end);
        if year.is_none() && (separator == '-' || (!has_end && weekday.is_none())) {
            return None;
        }
        let reading = |month, day| match year {
            Some(year) => NaiveDate::from_ymd_opt(year, month, day),
            None => {
                NaiveDate::from_ymd_opt(self.sent_on.year(), month, day).and_then(|_| self.next(month, day))
            }
        };
        let fits = |d: &NaiveDate| weekday.is_none_or(|w| w == d.weekday().num_days_from_monday());
        let month_first = reading(first, second).filter(|_| separator != '.' && self.is_english());
        let day_first = reading(second, first);
        if year.is_some() && day_first.is_none() && month_first.is_none() {
            return None;
        }
        let ahead = |d: Option<NaiveDate>| d.filter(|d| self.is_ahead(*d, MAX_DAYS)).filter(fits);
        let date = match (ahead(day_first), ahead(month_first)) {
            (Some(a), Some(b)) if a == b => Some(a),
            (Some(a), Some(b)) => Some(a.min(b)).filter(|_| !self.is_ahead(a.max(b), AMBIGUOUS_DAYS)),
            (a, b) => a.or(b),
        };
        Some((date, end))
    }

    /// Whether the text is English, so that numeric dates may have the month first.
    fn is_english(&self) -> bool {
        self.texts.iter().any(|text| {
            let words = text.sentences.split([' ', '\n', ',']).take(1_000);
            let is_english = |word: &&str| ["the", "you", "we", "your", "The", "We", "You"].contains(word);
            words.filter(is_english).count() > 1
        })
    }

    fn is_ahead(&self, date: NaiveDate, days: u64) -> bool {
        let last = self.sent_on.checked_add_days(Days::new(days));
        date >= self.sent_on && last.is_some_and(|last| date <= last)
    }

    /// The next occurrence of a day of the year, from the sending day on. `None` if it is too far ahead.
    fn next(&self, month: u32, day: u32) -> Option<NaiveDate> {
        let year = self.sent_on.year();
        [year, year + 1]
            .into_iter()
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|date| *date >= self.sent_on)
            .filter(|date| self.is_ahead(*date, MAX_DAYS_WITHOUT_YEAR))
    }
}

#[cfg(test)]
#[path = "appointment_tests.rs"]
mod tests;
