//! Cleans captured company names and titles.

mod clues;
mod persons;
mod titles;

use super::{
    forms::{
        begins_with_company, differ, find, find_all, has_time, is_file_or_number, rsplit_name, split_name,
        strip_all, strip_prefix, strip_suffix,
    },
    organizations::{has_organization_word, is_honorific, is_legal_form},
    sender::{Sender, is_agency},
    trimming::{
        before_case_ending, before_clause, before_contact, before_dash, before_location, before_state,
        end_at_legal_form, skip_person,
    },
};
use crate::{
    classifier::{
        document::Document,
        ruleset::{Language, NameRules, Platform, WordMap, WordSet},
    },
    match_key::{self, trim_name},
    parser::Headers,
};
use std::cell::RefCell;

/// Minimum domain fit of a name that begins with the domain label; nothing is stripped from its beginning.
const MIN_BEGINNING_FIT: f32 = 0.9;
const MAX_COMPANY_CHARS: usize = 100;
const MAX_COMPANY_WORDS: usize = 10;

/// Minimum domain fit of a name that belongs to the sender, so that text after it can be a location.
const MIN_PLACED_FIT: f32 = 0.7;
/// Prefixes of lines that mail apps add below the text: "Sent from my iPhone".
const DEVICE_SIGNATURES: [&str; 13] = [
    "sent from ",
    "sent with ",
    "gesendet von ",
    "gesendet mit ",
    "von meinem ",
    "envoyé de ",
    "envoyé depuis ",
    "enviado desde ",
    "enviado do ",
    "inviato da ",
    "verzonden vanaf ",
    "skickat från ",
    "wysłano z ",
];
/// Separators between an organization and the tool that sends its email: "Moss Mutual via Testly".
const VIA: [&str; 3] = [" via ", " tramite ", " through "];
/// Prefixes of the subjects of replies and forwarded messages.
const REPLY_MARKS: &[&str] = &[
    "re", "res", "aw", "antw", "fw", "fwd", "wg", "tr", "rv", "enc", "sv", "vs", "odp", "ynt", "i",
];

/// Dutch words that belong to the name when capitalized, and only precede it when in lower case.
const NAME_ARTICLES: [&str; 3] = ["de ", "het ", "van "];

/// Properties of a message that are needed to clean names, and caches of the results.
pub struct NameContext<'a> {
    rules: Vec<&'a NameRules>,
    excluded_companies: &'a [String],
    pub sender: Sender<'a>,
    recipient: &'a str,
    pub display_name: &'a str,
    pub subject: &'a str,
    at: Vec<&'a str>,
    pub languages: Vec<&'a Language>,
    /// The match key of the display name without spaces; `None` if it may be a person's.
    pub display_key: Option<String>,
    /// The match key, without spaces, of the tool that sends an organization's email: "Testly" in "Moss Mutual via Testly".
    tool_key: Option<String>,
    /// The lines of the signature.
    pub signature: &'a [&'a str],
    pub sentences: &'a [&'a str],
    /// Whether the sender is an agency that writes about a client.
    pub is_agency: bool,
    /// Cache of cleaned companies, because the same name is often captured several times.
    cleaned: RefCell<WordMap<Option<String>>>,
    /// Cache of companies' match keys.
    keys: RefCell<WordMap<String>>,
    /// Cache of titles' match keys.
    title_keys: RefCell<WordMap<String>>,
    /// Cache of how well companies fit the sender's domain.
    fits: RefCell<WordMap<f32>>,
}

impl<'a> NameContext<'a> {
    pub fn new(headers: &'a Headers, document: &'a Document<'a>, platform: Option<&'a Platform>) -> Self {
        let rules: Vec<&NameRules> = document.languages.iter().map(|l| &l.names).collect();
        let mut at: Vec<&str> = rules
            .iter()
            .flat_map(|r| r.at.iter().map(String::as_str))
            .collect();
        if !at.contains(&" at ") {
            at.push(" at ");
        }
        let mut context = Self {
            languages: document.languages.clone(),
            display_key: None,
            rules,
            excluded_companies: platform.map_or(&[], |p| p.excluded_companies.as_slice()),
            sender: Sender::new(headers, platform),
            recipient: &headers.to_name,
            display_name: &headers.from_name,
            subject: document.subject,
            at,
            tool_key: VIA
                .iter()
                .find_map(|via| split_name(&headers.from_name, via))
                .filter(|(front, _)| has_organization_word(front))
                .map(|(_, tool)| match_key::company(tool).split(' ').collect()),
            signature: &document.signature,
            sentences: &document.sentences,
            is_agency: is_agency(headers, &document.sentences),
            cleaned: RefCell::default(),
            keys: RefCell::default(),
            title_keys: RefCell::default(),
            fits: RefCell::default(),
        };
        if !context.sender.is_person(&headers.from_name) {
            let name = context.clean_company(context.sender.without_office(&headers.from_name));
            context.display_key = name
                .filter(|name| !context.may_be_person(name))
                .map(|name| match_key::company(&name).split(' ').collect());
        }
        context
    }

    /// The separators between title and company.
    pub fn at(&self) -> &[&'a str] {
        &self.at
    }

    fn words<'s>(
        &'s self,
        select: impl Fn(&'a NameRules) -> &'a [String] + 's,
    ) -> impl Iterator<Item = &'a str> + 's {
        self.rules
            .iter()
            .flat_map(move |rules| select(rules).iter().map(String::as_str))
    }

    fn is_in(&self, select: impl Fn(&'a NameRules) -> &'a WordSet, word: &str) -> bool {
        self.rules.iter().any(|rules| select(rules).contains(word))
    }

    /// Whether a text begins with the name of the recipient.
    pub fn is_recipient_first(&self, text: &str) -> bool {
        self.is_recipient(&text.to_lowercase())
    }

    /// Removes the company before or after a title: "Analyst at Moss", "Moss - Analyst".
    pub fn strip_company<'t>(&self, title: &'t str, company: Option<&str>) -> &'t str {
        let Some(company) = company else { return title };
        let company_key = self.company_key(company);
        // "Analyst (Moss Foundry)"
        if let Some((front, inside)) = title.strip_suffix(')').and_then(|t| rsplit_name(t, " ("))
            && self.company_key(inside) == company_key
        {
            return front;
        }
        for separator in [" - ", " – ", " — ", " | ", " / ", ": ", "'s ", " for ", " as "] {
            if let Some((front, back)) = split_name(title, separator)
                && !back.trim().is_empty()
                && self.company_key(trim_name(front)) == company_key
            {
                return back;
            }
        }
        let others = [
            " (", " - ", " – ", " — ", " | ", " @ ", ", ", " to ", " for ", " of ", " in ", ": ", " and ",
            " und ",
        ];
        for separator in self.at.iter().copied().chain(others) {
            for at in find_all(title, separator) {
                let (front, back) = (title.get(..at), title.get(at + separator.len()..));
                if let (Some(front), Some(back)) = (front, back)
                    && !front.trim().is_empty()
                    && begins_with_company(back, &company_key)
                {
                    return front;
                }
            }
        }
        title
    }

    /// The match key of a company.
    pub fn company_key(&self, name: &str) -> String {
        known_key(&self.keys, name, match_key::company)
    }

    /// The match key of a title.
    pub fn title_key(&self, title: &str) -> String {
        known_key(&self.title_keys, title, match_key::title)
    }

    /// How well a company fits the domain of the sender, from 0 to 1.
    pub fn company_fit(&self, name: &str) -> f32 {
        if let Some(known) = self.fits.borrow().get(name) {
            return *known;
        }
        let fit = self.sender.domain_fit(&self.company_key(name));
        self.fits.borrow_mut().insert(name.to_owned(), fit);
        fit
    }

    /// Cleans a captured company name; `None` if it cannot be one.
    pub fn clean_company(&self, raw: &str) -> Option<String> {
        if let Some(known) = self.cleaned.borrow().get(raw) {
            return known.clone();
        }
        let cleaned = self.clean_new_company(raw);
        self.cleaned.borrow_mut().insert(raw.to_owned(), cleaned.clone());
        cleaned
    }

    fn clean_new_company(&self, raw: &str) -> Option<String> {
        let mut name = trim_name(raw);
        if self.is_in_language("tr") {
            name = before_case_ending(name);
        }
        let is_device = |start: &&str| {
            if differ(name.as_bytes().first(), start.as_bytes().first()) {
                return false;
            }
            let front = name.get(..start.len());
            front.is_some_and(|front| front.to_lowercase() == **start)
        };
        if DEVICE_SIGNATURES.iter().any(is_device) {
            return None;
        }
        name = split_name(name, ": ").map_or(name, |(front, _)| front);
        for separator in [" · ", " • ", " | "] {
            name = split_name(name, separator).map_or(name, |(front, _)| trim_name(front));
        }
        name = self.in_brackets(name).unwrap_or(name);
        // "Bettina (and Biscuit)", "Moss Mutual via Testly"
        name = split_name(name, " (")
            .filter(|(_, note)| note.starts_with(char::is_lowercase))
            .map_or(name, |(front, _)| front);
        name = VIA
            .iter()
            .find_map(|via| split_name(name, via))
            .filter(|(front, _)| has_organization_word(front) || front.contains(' '))
            .map_or(name, |(front, _)| front);
        name = before_location(name, |front| {
            has_organization_word(front) || self.company_fit(front) >= MIN_PLACED_FIT
        });
        name = end_at_legal_form(name, is_legal_form);
        name = self.beside_domain_name(before_contact(before_state(name)));
        name = before_clause(skip_person(name, |front| self.is_writing(front)));
        name = self.before_town(name);
        name = before_dash(name, |front| {
            self.is_in(|r| &r.excluded_companies, &front.to_lowercase())
        });
        // A prefix is not stripped if the domain fits the name with it, as in "Van den Berg Installaties".
        loop {
            let before = name;
            let fit = self.company_fit(name);
            if fit >= 1.0 {
                break;
            }
            if fit < MIN_BEGINNING_FIT {
                name = strip_all(
                    name,
                    self.rules.iter().map(|r| &r.company_prefixes),
                    strip_company_prefix,
                    trim_name,
                );
            }
            name = strip_all(
                name,
                self.rules.iter().map(|r| &r.company_suffixes),
                strip_suffix,
                trim_name,
            );
            let inside = name.strip_prefix('(').and_then(|n| n.strip_suffix(')'));
            name = inside.unwrap_or(name);
            if name == before {
                break;
            }
        }
        let lower = name.to_lowercase();
        let is_well_formed = (1..=MAX_COMPANY_CHARS).contains(&name.chars().count())
            && lower.split_whitespace().count() <= MAX_COMPANY_WORDS
            && name.chars().any(char::is_alphanumeric);
        let is_address =
            find(name, "://").is_some() || name.contains('@') || has_time(name) || is_file_or_number(&lower);
        let is_excluded = self.is_in(|r| &r.excluded_companies, &lower)
            || REPLY_MARKS.contains(&lower.as_str())
            || is_legal_form(name)
            || find(name, "! ").is_some()
            || self.is_recipient(&lower)
            || self
                .tool_key
                .as_deref()
                .is_some_and(|tool| tool == self.company_key(name).split(' ').collect::<String>())
            || self.is_address(name)
            || (name.split(' ').any(is_code) && !self.names_sender(name))
            || self.excluded_companies.iter().any(|n| n.to_lowercase() == lower)
            || (!has_organization_word(name) && self.sender.is_person(name));
        let in_list = || match_key::uninflected_organization(name).filter(|_| self.is_in_language("pl"));
        (is_well_formed && !self.is_sentence(name) && !is_address && !is_excluded)
            .then(|| in_list().unwrap_or_else(|| name.to_owned()))
    }

    /// Whether a name contains a title word and no organization word, or ends with such a title word: "Data Engineer", although "data" is
    /// an organization word.
    pub fn reads_like_title(&self, name: &str) -> bool {
        let last = name.rsplit(' ').next().unwrap_or(name);
        let is_title = |text| self.has_title_word(text) && !has_organization_word(text);
        is_title(name) || is_title(last)
    }

    /// Whether the display name of the sender contains a company, or its domain fits it.
    pub fn names_sender(&self, company: &str) -> bool {
        self.display_name.contains(company) || self.company_fit(company) >= MIN_PLACED_FIT
    }

    /// A company with or without a full stop after its legal form ("Moss Ltd", "Moss Ltd."), as the display name, subject and signature
    /// write it, or else the sentences.
    pub fn with_legal_form_stop(&self, company: &str) -> String {
        match_key::with_legal_form_stop(company, |front| {
            let stops = |text: &str| -> Vec<bool> {
                text.match_indices(front)
                    .map(|(at, found)| text.get(at + found.len()..).unwrap_or_default())
                    .filter(|behind| !behind.starts_with(char::is_alphanumeric))
                    .map(|behind| behind.starts_with('.'))
                    .collect()
            };
            let names = [self.display_name, self.subject].into_iter();
            let in_names: Vec<bool> = names
                .chain(self.signature.iter().copied())
                .flat_map(stops)
                .collect();
            let in_text: Vec<bool> = self.sentences.iter().copied().flat_map(stops).collect();
            let found = if in_names.is_empty() { in_text } else { in_names };
            (!found.is_empty()).then(|| found.into_iter().all(|has_stop| has_stop))
        })
    }

    /// Whether a name is a greeting of the recipient or a person with an honorific: "Hola Lucía", "Dra. Simone".
    fn is_address(&self, name: &str) -> bool {
        let first = name.split(' ').next().unwrap_or_default();
        let is_person = first.ends_with('.')
            && is_honorific(first)
            && !has_organization_word(name)
            && self.company_fit(name) < MIN_PLACED_FIT;
        let recipient = self.recipient.split(' ').next().unwrap_or_default();
        let is_greeting = name.split_once(' ').is_some_and(|(greeting, called)| {
            called == recipient && self.is_function_word(&greeting.to_lowercase())
        });
        is_person || is_greeting
    }

    fn is_recipient(&self, lower: &str) -> bool {
        let recipient = self.recipient.to_lowercase();
        let begins_with_recipient = lower
            .strip_prefix(&recipient)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        !recipient.is_empty() && (begins_with_recipient || recipient.split(' ').any(|part| part == lower))
    }

    fn is_sentence(&self, name: &str) -> bool {
        name.split([' ', ','])
            .any(|word| self.is_in(|r| &r.sentence_words, word))
    }
}

/// Whether a word is a code of lowercase letters and digits, such as a password or an id: "qx265k4".
fn is_code(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
        && word.chars().all(char::is_alphanumeric)
        && word.chars().any(|c| c.is_ascii_digit())
}

/// Removes a prefix, unless it is a capitalized article that belongs to the name: "De Graaf Transport", but not "De Gemeente Moss".
fn strip_company_prefix<'t>(name: &'t str, prefix: &str) -> &'t str {
    let is_organization = || {
        let next = name.split(' ').nth(1).unwrap_or_default();
        has_organization_word(next)
    };
    if NAME_ARTICLES.contains(&prefix) && name.starts_with(char::is_uppercase) && !is_organization() {
        return name;
    }
    strip_prefix(name, prefix)
}

/// The match key of a name, from the cache if it was computed before.
fn known_key(keys: &RefCell<WordMap<String>>, name: &str, key_of: fn(&str) -> String) -> String {
    if let Some(known) = keys.borrow().get(name) {
        return known.clone();
    }
    let key = key_of(name);
    keys.borrow_mut().insert(name.to_owned(), key.clone());
    key
}
