//! Cleans captured job titles.

use super::NameContext;
use crate::{
    classifier::fields::{
        dates::is_date,
        forms::{
            begins_like_a_name, has_time, rsplit_name, strip_all, strip_prefix, strip_suffix,
            trim_lower_case, trim_title,
        },
        locations::before_location,
        title_trimming::{behind_article, trim_title_end},
    },
    match_key::{is_requisition, trim_name},
};

const MAX_TITLE_CHARS: usize = 150;
const MAX_TITLE_WORDS: usize = 18;

impl NameContext<'_> {
    /// Cleans a captured title; `None` if it cannot be one.
    pub fn clean_title(&self, raw: &str, company: Option<&str>) -> Option<String> {
        let mut title = behind_article(trim_name(raw), |t| self.has_title_word(t));
        title = self.before_recipient_or_company(title, company);
        title = trim_title(trim_title_end(title, |word| self.is_function_word(word)));
        loop {
            let before = title;
            title = strip_all(
                title,
                self.rules.iter().map(|r| &r.title_prefixes),
                strip_prefix,
                trim_title,
            );
            title = strip_all(
                title,
                self.rules.iter().map(|r| &r.title_suffixes),
                strip_suffix,
                trim_title,
            );
            title = trim_title(title);
            if title == before {
                break;
            }
        }
        title = trim_title(self.skip_lower_case(self.before_number(title)));
        title = trim_title(trim_lower_case(title));
        title = self.before_location(title);
        let lower = title.to_lowercase();
        let is_well_formed = (2..=MAX_TITLE_CHARS).contains(&title.chars().count())
            && lower.split_whitespace().count() <= MAX_TITLE_WORDS
            && title.chars().filter(|c| c.is_alphabetic()).count() > 1;
        let is_company = company.is_some_and(|c| self.company_key(c) == self.company_key(title));
        let is_excluded = self.is_in(|r| &r.excluded_titles, &lower) || self.is_recipient(&lower);
        let is_address = title.contains("://") || title.contains('@') || has_time(title) || is_date(title);
        let first = lower.split(' ').next().unwrap_or_default();
        let is_function_word = self.languages.iter().any(|l| l.is_marker(first))
            || lower.split(' ').all(|word| self.is_function_word(word));
        (is_well_formed
            && !is_function_word
            && !is_requisition(title)
            && !self.is_sentence(title)
            && !is_company
            && !is_excluded
            && !is_address)
            .then(|| title.to_owned())
    }

    /// Removes the applicant's or the employer's name after a title: "Editorial Assistant - Ines Calloway".
    fn before_recipient_or_company<'t>(&self, title: &'t str, company: Option<&str>) -> &'t str {
        let company = company.map(|name| self.company_key(name));
        let end = [" - ", " – ", " — ", " | ", ", ", ": "]
            .iter()
            .find_map(|separator| {
                let (front, back) = rsplit_name(title, separator)?;
                let is_recipient = back.contains(' ') && self.is_recipient_first(back);
                let is_company = || company.as_ref().is_some_and(|key| *key == self.company_key(back));
                (is_recipient || is_company()).then_some(front)
            });
        end.unwrap_or(title)
    }

    /// Removes the lowercase words before a capitalized title.
    fn skip_lower_case<'t>(&self, title: &'t str) -> &'t str {
        if begins_like_a_name(title) {
            return title;
        }
        let capital = title
            .match_indices(' ')
            .map(|(at, _)| title.get(at + 1..).unwrap_or_default())
            .find(|rest| rest.chars().next().is_some_and(char::is_uppercase));
        capital.filter(|rest| self.has_title_word(rest)).unwrap_or(title)
    }

    /// Removes the location after a title and the words that introduce it: "Buyer, Region Leeds".
    fn before_location<'t>(&'t self, title: &'t str) -> &'t str {
        let front = before_location(title, self.words(|r| &r.before_location), |word| {
            self.is_in(|r| &r.locations, &word.to_lowercase())
        });
        if front.len() == title.len() {
            return title;
        }
        self.rules
            .iter()
            .flat_map(|r| r.title_suffixes.iter())
            .fold(front, |title, suffix| trim_title(strip_suffix(title, suffix)))
    }

    /// Removes a day or the number of a round after a title, and the function word before it: "Analyst on 1".
    fn before_number<'t>(&self, title: &'t str) -> &'t str {
        let last = title.rsplit_once(' ').and_then(|(front, number)| {
            let is_day = number.chars().all(|c| c.is_ascii_digit()) && number.len() <= 2;
            let (title, word) = front.rsplit_once(' ')?;
            (is_day && self.languages.iter().any(|l| l.is_marker(word))).then_some(title)
        });
        last.unwrap_or(title)
    }
}
