//! Distinguishes the names of persons and agencies from those of employers, and removes what surrounds a name.

use super::NameContext;
use crate::{
    classifier::fields::{
        forms::{is_capitalized, split_name},
        organizations::{has_organization_word, is_organization_phrase},
    },
    match_key::{self, trim_name},
};

/// Minimum domain fit for a name to be a company rather than a person.
const MIN_COMPANY_FIT: f32 = 0.5;

impl NameContext<'_> {
    /// Whether a display name may be a person's: two or three words, none of them typical of organizations.
    pub fn may_be_person(&self, name: &str) -> bool {
        let words: Vec<&str> = name.split(' ').collect();
        let is_name = |word: &&str| {
            word.chars()
                .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '.'))
        };
        (2..=3).contains(&words.len())
            && words.iter().all(is_name)
            && !has_organization_word(name)
            && self.clean_company(name).is_some_and(|cleaned| cleaned == name)
    }

    /// Whether a display name or a name in the signature is probably a person's: it looks like one and does not fit the sender's domain.
    pub fn is_likely_person(&self, name: &str) -> bool {
        (self.is_first_name(name) || self.may_be_person(name)) && self.company_fit(name) < MIN_COMPANY_FIT
    }

    /// Whether a name may be a first name: a single word that is not typical of organizations, in a message that no platform sent.
    fn is_first_name(&self, name: &str) -> bool {
        !self.sender.is_platform
            && !name.contains(' ')
            && name.chars().all(char::is_alphabetic)
            && name.chars().any(char::is_lowercase)
            && !has_organization_word(name)
    }

    /// Whether a name is the author's: the display name begins with the same word, or the signature contains the name.
    pub fn is_writing(&self, name: &str) -> bool {
        let first = |name: &str| match_key::fold(name.split(' ').next().unwrap_or_default());
        let is_line = |line: &&str| {
            let line = trim_name(line);
            line == name || (!line.contains(' ') && first(line) == first(name))
        };
        first(self.display_name) == first(name) || self.signature.iter().any(is_line)
    }

    /// Whether a name begins with a kind of employer; never for platforms.
    pub fn begins_like_an_organization(&self, name: &str) -> bool {
        !self.sender.is_platform
            && (has_organization_word(name.split(' ').next().unwrap_or_default())
                || is_organization_phrase(name))
    }

    /// Whether a name is only the author's: probably a person's name, whose first word does not occur in the text above the signature.
    pub fn is_only_writing(&self, name: &str) -> bool {
        let first = name.split(' ').next().unwrap_or_default();
        let is_office = self.sender.is_department() && name.contains(' ') && name == self.display_name;
        !is_office
            && self.is_likely_person(name)
            && self.is_writing(name)
            && !self
                .sentences
                .iter()
                .any(|sentence| !self.signature.contains(sentence) && sentence.contains(first))
    }

    /// Whether the text uses a name as a location: "in Leeds".
    fn is_location(&self, name: &str) -> bool {
        let phrase = format!(" in {name}");
        !has_organization_word(name) && self.sentences.iter().any(|sentence| sentence.contains(&phrase))
    }

    /// Whether an agency wrote the message and a captured company is not its client, because it is the agency itself, a location, or a
    /// phrase without an organization word.
    pub fn is_writing_for_client(&self, company: &str, key: &str, is_phrase: bool) -> bool {
        self.is_agency
            && ((is_phrase && !has_organization_word(company))
                || self.is_location(company)
                || self.display_key.as_deref() == Some(key)
                || self.company_fit(company) >= MIN_COMPANY_FIT)
    }

    /// Whether a text is a person's name and job title: "Sina Okoro, Talent Partner".
    pub fn is_person_with_title(&self, text: &str) -> bool {
        split_name(text, ", ").is_some_and(|(name, title)| {
            name.split(' ').count() == 2
                && is_capitalized(name)
                && !self.has_title_word(name)
                && self.has_title_word(title)
        })
    }

    /// The text in brackets, if it fits the sender's domain better than the text before: "Ketting & Co" in "Bram (Ketting & Co)".
    pub(super) fn in_brackets<'t>(&self, name: &'t str) -> Option<&'t str> {
        let (front, back) = name.strip_suffix(')')?.split_once(" (")?;
        let fit = |name: &str| self.company_fit(name);
        (fit(back) > fit(front)).then_some(back)
    }

    /// The part of a name that fits the sender's domain: "Brasserie Moss" in "Manon, Brasserie Moss", "Moss" in "Moss - Leeds".
    pub(super) fn beside_domain_name<'t>(&self, name: &'t str) -> &'t str {
        let fit = |name: &str| self.company_fit(name);
        let is_first_name = |front: &str| front.split(' ').count() <= 2 && !has_organization_word(front);
        for separator in [", ", " - ", " – ", " — "] {
            let Some((front, back)) = split_name(name, separator) else {
                continue;
            };
            if fit(front) >= 1.0 {
                return front;
            }
            if fit(front) < MIN_COMPANY_FIT && fit(back) >= MIN_COMPANY_FIT && is_first_name(front) {
                return back;
            }
            // "Nives – Trattoria Moss"
            let is_of_writer =
                separator != ", " && !front.contains(' ') && self.display_name.starts_with(front);
            if is_of_writer && has_organization_word(back) && !has_organization_word(front) {
                return back;
            }
        }
        name
    }

    /// Removes the town after a name that fits the sender's domain: "Café Moss i Lund" from cafemoss.com.
    pub(super) fn before_town<'t>(&self, name: &'t str) -> &'t str {
        [" i ", " in ", " te ", " we ", " w "]
            .iter()
            .filter_map(|separator| split_name(name, separator))
            .map(|(front, _)| front)
            .find(|front| front.contains(' ') && self.company_fit(front) >= 1.0)
            .unwrap_or(name)
    }
}
