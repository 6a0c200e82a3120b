//! Classifies phrases by the words in and around them.

use super::NameContext;
use crate::{classifier::fields::forms::begins_like_a_name, match_key};

/// Words that follow titles, but also companies: "the Moss team".
const AMBIGUOUS_AFTER_TITLE: &[&str] = &[
    "team",
    "interview",
    "application",
    "at",
    "with",
    "search",
    "opportunity",
];
/// Prepositions and labels before towns, in the ten languages.
#[rustfmt::skip]
const TOWN_PREPOSITIONS: [&str; 31] = [
    "in", "at", "near", "site:", "location:", "ort:", "standort", "standort:", "einsatzort:", "à", "lieu:", "lieu", "site", "en", "lugar:", "ubicación:", "sede", "sede:",
    "em", "local:", "a", "luogo:", "te", "locatie:", "standplaats:", "w", "we", "miejsce:", "i", "ort", "konum:",
];
const MIN_POSTCODE_DIGITS: usize = 4;

impl NameContext<'_> {
    /// Whether the words before and after a phrase show that it is a title, whatever its own words are: "the Happiness Hero position".
    pub fn is_title_between(&self, before: &str, after: &str) -> bool {
        let before = before.to_lowercase();
        let after = after.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        self.is_in(|r| &r.before_title, &before)
            && self.is_in(|r| &r.after_title, &after)
            && !self
                .rules
                .iter()
                .any(|r| r.at.iter().any(|at| at.trim() == after))
            && !AMBIGUOUS_AFTER_TITLE.contains(&after.as_str())
    }

    /// Whether the text before a phrase ends with words that introduce a title: "for the post of".
    pub fn is_title_behind(&self, beginning: &str) -> bool {
        let is_phrase = |prefix: &str| prefix.trim_end().contains(' ');
        let lower = beginning.to_lowercase();
        self.rules
            .iter()
            .flat_map(|r| r.title_prefixes.iter())
            .any(|prefix| prefix.ends_with(' ') && lower.ends_with(prefix) && is_phrase(prefix))
    }

    /// Whether a text contains a word that is typical of job titles.
    pub fn has_title_word(&self, title: &str) -> bool {
        let folded = match_key::fold(title);
        self.has_folded_title_word(&folded)
    }

    /// Like [`Self::has_title_word`], for a text that is already folded.
    pub fn has_folded_title_word(&self, folded: &str) -> bool {
        self.rules.iter().any(|rules| rules.has_title_word(folded))
    }

    /// Whether the main language of the message has this code.
    pub(super) fn is_in_language(&self, code: &str) -> bool {
        self.languages
            .first()
            .is_some_and(|language| language.code == code)
    }

    /// Whether titles continue in lower case in the main language: "Chef de projet".
    pub fn do_titles_continue(&self) -> bool {
        self.rules.first().is_some_and(|rules| rules.titles_continue)
    }

    /// Whether a lowercase word is a function word, which can begin a sentence but not a name.
    pub fn is_function_word(&self, word: &str) -> bool {
        self.languages.iter().any(|l| l.function_words.contains(word))
    }

    /// Whether a name is a large city, or occurs in the text as a location: "in Wolverhampton", "70173 Stuttgart".
    pub fn names_town(&self, name: &str) -> bool {
        let name = name.split([',', '(', '/']).next().unwrap_or_default().trim();
        if !begins_like_a_name(name) || name.contains(|c: char| c.is_ascii_digit()) {
            return false;
        }
        if self.is_in(|r| &r.locations, &name.to_lowercase()) {
            return true;
        }
        let is_behind_town_word = |line: &&str| {
            line.match_indices(name).any(|(at, _)| {
                let before = line.get(..at).unwrap_or_default().trim_end();
                let word = before.rsplit([' ', '(']).next().unwrap_or_default();
                let is_postcode =
                    word.len() >= MIN_POSTCODE_DIGITS && word.bytes().all(|b| b.is_ascii_digit());
                is_postcode || TOWN_PREPOSITIONS.contains(&word.to_lowercase().as_str())
            })
        };
        self.sentences
            .iter()
            .chain(self.signature)
            .any(is_behind_town_word)
    }

    /// Whether a word introduces a title.
    pub fn is_before_title(&self, word: &str) -> bool {
        self.is_in(|r| &r.before_title, &word.to_lowercase())
    }

    /// Whether a word follows a title.
    pub fn is_after_title(&self, word: &str) -> bool {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        self.is_in(|r| &r.after_title, &word)
    }

    /// Whether a word introduces a company.
    pub fn is_before_company(&self, word: &str) -> bool {
        self.is_in(|r| &r.before_company, &word.to_lowercase())
    }
}
