//! Tells names of persons and agencies from those of employers, and removes what stands beside names.

use super::NameContext;
use crate::{
    classifier::fields::{
        forms::{is_capitalized, split_name},
        organizations::{has_organization_word, is_organization_phrase},
    },
    match_key::{self, trim_name},
};

/// How well a name has to fit the domain not to be that of a person.
const MIN_COMPANY_FIT: f32 = 0.5;

impl NameContext<'_> {
    /// Whether a display name may be that of a person: two or three words, of which none occurs in names of organizations.
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

    /// Whether a name below the text or of the sender is probably that of a person: it looks like one, and the sender's domain
    /// does not contain it.
    pub fn is_likely_person(&self, name: &str) -> bool {
        (self.is_first_name(name) || self.may_be_person(name)) && self.company_fit(name) < MIN_COMPANY_FIT
    }

    /// Whether a name is a single word of an unknown sender that is in no name of organizations.
    fn is_first_name(&self, name: &str) -> bool {
        !self.sender.is_platform
            && !name.contains(' ')
            && name.chars().all(char::is_alphabetic)
            && name.chars().any(char::is_lowercase)
            && !has_organization_word(name)
    }

    /// Whether a name is that of the person who writes, because it is the display name or a line below the text.
    pub fn is_writing(&self, name: &str) -> bool {
        let first = |name: &str| match_key::fold(name.split(' ').next().unwrap_or_default());
        let is_line = |line: &&str| {
            let line = trim_name(line);
            line == name || (!line.contains(' ') && first(line) == first(name))
        };
        first(self.display_name) == first(name) || self.signature.iter().any(is_line)
    }

    /// Whether the first word of a name is a kind of employer.
    pub fn begins_like_an_organization(&self, name: &str) -> bool {
        !self.sender.is_platform
            && (has_organization_word(name.split(' ').next().unwrap_or_default())
                || is_organization_phrase(name))
    }

    /// Whether a name is only that of the person who writes: the text names nothing that is called so.
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

    /// Whether the text says that something is "in" it.
    fn is_location(&self, name: &str) -> bool {
        let phrase = format!(" in {name}");
        !has_organization_word(name) && self.sentences.iter().any(|sentence| sentence.contains(&phrase))
    }

    /// Whether a name is that of an agency that writes for the employer, or a phrase that nothing tells to be the employer.
    pub fn is_writing_for_client(&self, company: &str, key: &str, is_phrase: bool) -> bool {
        self.is_agency
            && ((is_phrase && !has_organization_word(company))
                || self.is_location(company)
                || self.display_key.as_deref() == Some(key)
                || self.company_fit(company) >= MIN_COMPANY_FIT)
    }

    /// Whether a text is the name of a person and that person's title: "Sina Okoro, Talent Partner".
    pub fn is_person_with_title(&self, text: &str) -> bool {
        split_name(text, ", ").is_some_and(|(name, title)| {
            name.split(' ').count() == 2
                && is_capitalized(name)
                && !self.has_title_word(name)
                && self.has_title_word(title)
        })
    }

    /// The employer in "Bram (Ketting & Co)": what stands in brackets, if the domain fits it rather than what stands before.
    pub(super) fn in_brackets<'t>(&self, name: &'t str) -> Option<&'t str> {
        let (front, back) = name.strip_suffix(')')?.split_once(" (")?;
        let fit = |name: &str| self.company_fit(name);
        (fit(back) > fit(front)).then_some(back)
    }

    /// The part of "Manon, Brasserie Moss" or "Moss - Leeds" that the domain is called after.
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

    /// "Café Moss" in "Café Moss i Lund" of cafemoss.com.
    pub(super) fn before_town<'t>(&self, name: &'t str) -> &'t str {
        [" i ", " in ", " te ", " we ", " w "]
            .iter()
            .filter_map(|separator| split_name(name, separator))
            .map(|(front, _)| front)
            .find(|front| front.contains(' ') && self.company_fit(front) >= 1.0)
            .unwrap_or(name)
    }
}
