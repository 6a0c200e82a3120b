//! Recognizes names of organizations by their words.

use super::{division::capitalize, organization_words::ORGANIZATION_WORDS};
use crate::{classifier::ruleset::StaticWordSet, match_key};
use std::sync::LazyLock;

static IS_ORGANIZATION_WORD: LazyLock<StaticWordSet> =
    LazyLock::new(|| ORGANIZATION_WORDS.iter().copied().collect());

static IS_BODY_WORD: LazyLock<StaticWordSet> = LazyLock::new(|| BODY_WORDS.iter().copied().collect());

/// Length of the shortest of the `ORGANIZATION_ENDINGS`, in bytes. Only longer words can have one.
const MIN_ENDING_LEN: usize = 4;
/// Suffixes of words in names of organizations.
const ORGANIZATION_ENDINGS: &[&str] = &[
    "werke",
    "groep",
    "gruppe",
    "kliniken",
    "soft",
    "tech",
    "labs",
    "bank",
    "haus",
    "verband",
    "gesellschaft",
    "bedrijf",
    "bolaget",
    "betrieb",
    "kanzlei",
    "schule",
    "theater",
    "myndigheten",
];

/// Honorifics, in lower case without punctuation.
const HONORIFICS: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "dra", "lic", "ing", "dott", "dottssa", "sra", "sr", "srta", "sig",
    "sigra", "mme", "mlle", "eng", "arq", "avv", "exma", "exmo", "profa", "don", "doña", "dña",
];

/// Whether a word is an honorific: "Dra."
pub fn is_honorific(word: &str) -> bool {
    let bare: String = word
        .chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    HONORIFICS.contains(&bare.as_str())
}

/// Whether a name has an ampersand between words, or a full stop that is not part of an initial or an honorific, as in "G. Brown".
fn has_organization_mark(name: &str) -> bool {
    let is_initial = |word: &str| word.trim_end_matches('.').chars().count() <= 1;
    let is_abbreviation = |word: &str| word.contains('.') && !is_initial(word) && !is_honorific(word);
    name.split_once('&')
        .is_some_and(|(front, back)| !front.trim().is_empty() && !back.trim().is_empty())
        || (name.contains('.') && name.split(' ').any(is_abbreviation))
}

/// Words at the end of company names, most of them legal forms, in lower case without punctuation.
const FIRM_ENDINGS: &[&str] = &[
    "inc",
    "ltd",
    "llc",
    "llp",
    "plc",
    "pc",
    "gmbh",
    "ag",
    "kg",
    "partners",
    "partner",
    "group",
    "associates",
    "architects",
    "solicitors",
    "architekten",
    "rechtsanwalte",
    "sl",
    "sa",
    "srl",
    "spa",
    "bv",
    "ab",
    "as",
];

/// Words in names of organizations, but not of their internal departments, without accents and in lower case.
#[rustfmt::skip]
const BODY_WORDS: &[&str] = &[
    "group", "council", "department", "school", "hospital", "university", "college", "trust", "hospice", "foundation", "ministry", "ltd", "inc", "llc",
    "plc", "gmbh", "srl", "spa", "foundry", "brewery", "museum", "universite", "universidad", "universidade", "universita", "hopital",
    "ospedale", "ayuntamiento", "comune", "mairie", "institut", "instituto", "istituto", "fundacion", "fundacao", "fondazione", "fondation",
    "universiteit", "universitat", "hochschule", "klinikum", "stiftung", "gemeente", "kommun", "universitet", "uniwersytet", "szpital",
    "universitesi", "hastanesi", "belediyesi",
];

/// Whether a name is that of an institution or company, such as a school or a council.
pub fn names_body(name: &str) -> bool {
    may_name_body(name) && has_body_word(&match_key::fold(name))
}

/// Like [`names_body`], for a name that is already folded.
pub fn names_folded_body(name: &str, folded: &str) -> bool {
    may_name_body(name) && has_body_word(folded)
}

fn may_name_body(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(' ') && !name.contains(['(', ')'])
}

fn has_body_word(folded: &str) -> bool {
    folded.split(' ').any(|word| IS_BODY_WORD.contains(word))
}

/// Words that begin names of organizations, in addition to `ORGANIZATION_WORDS`.
const ORGANIZATION_BEGINNINGS: [&str; 7] = [
    "office",
    "maison",
    "communaute",
    "syndicat",
    "comite",
    "consejo",
    "conservatoire",
];

/// Whether a word can begin the name of an organization: "Office" in "Office de tourisme de Moss".
pub fn begins_organization(word: &str) -> bool {
    let folded = match_key::fold(word);
    IS_ORGANIZATION_WORD.contains(folded.as_str()) || ORGANIZATION_BEGINNINGS.contains(&folded.as_str())
}

/// Whether a name is a kind of employer followed by "of" and a name: "Cabinet vétérinaire des Tilleuls".
pub fn is_organization_phrase(name: &str) -> bool {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    let is_genitive = |word: &str| {
        [
            "de", "del", "des", "du", "di", "della", "delle", "dei", "do", "da", "dos", "das",
        ]
        .contains(&word)
    };
    let last = words.clone().next_back().unwrap_or_default();
    words.any(is_genitive) && last.contains(char::is_uppercase) && begins_organization(first)
}

/// Whether a name contains a word, suffix or punctuation that is typical of organizations.
pub fn has_organization_word(name: &str) -> bool {
    has_folded_organization_word(name, &match_key::fold(name))
}

/// Like [`has_organization_word`], for a name that is already folded.
pub fn has_folded_organization_word(name: &str, folded: &str) -> bool {
    has_organization_mark(name)
        || folded.split(' ').any(|word| {
            IS_ORGANIZATION_WORD.contains(word)
                || (word.len() > MIN_ENDING_LEN
                    && ORGANIZATION_ENDINGS
                        .iter()
                        .any(|e| word.len() > e.len() && word.ends_with(e)))
        })
}

/// Minimum length of an organization word to be recognized in a domain; shorter ones also occur within other words.
const MIN_DOMAIN_WORD_LEN: usize = 5;
/// Minimum length of the rest of the domain label without the organization word.
const MIN_DOMAIN_REST_LEN: usize = 3;

/// Splits a domain label that begins or ends with an organization word into a name: "Finch Analytics" for "finchanalytics".
pub fn organization_word_in(label: &str) -> Option<String> {
    let words = ORGANIZATION_WORDS
        .iter()
        .filter(|word| word.len() >= MIN_DOMAIN_WORD_LEN);
    let ends = |text: &str| (text.as_bytes().first().copied(), text.as_bytes().last().copied());
    let (first, last) = ends(label);
    let longest = words
        // A cheap check first: most words differ in the first and the last byte.
        .filter(|word| ends(word).0 == first || ends(word).1 == last)
        .filter(|word| {
            label.len() >= word.len() + MIN_DOMAIN_REST_LEN
                && (label.starts_with(**word) || label.ends_with(**word))
        })
        .max_by_key(|word| word.len())?;
    let (front, back) = match label.strip_suffix(longest) {
        Some(front) => (front, *longest),
        None => (*longest, label.strip_prefix(longest)?),
    };
    let is_plain = label.chars().all(|c| c.is_ascii_alphabetic());
    is_plain.then(|| format!("{} {}", capitalize(front), capitalize(back)))
}

/// Whether a name consists of nothing but a legal form: "S.A."
pub fn is_legal_form(name: &str) -> bool {
    let letters: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    FIRM_ENDINGS.contains(&letters.as_str())
        || [
            "spzoo", "sas", "sarl", "lda", "ltda", "co", "ev", "eg", "as", "aş",
        ]
        .contains(&letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_without_blanks_is_divided_at_organization_word() {
        let name = |label| organization_word_in(label);
        assert_eq!(name("finchanalytics").as_deref(), Some("Finch Analytics"));
        assert_eq!(name("gelaterianeve").as_deref(), Some("Gelateria Neve"));
        assert_eq!(name("analytics"), None);
        assert_eq!(name("corvane"), None);
    }

    #[test]
    fn legal_form_alone_is_no_name() {
        assert!(is_legal_form("S.A."));
        assert!(is_legal_form("Sp. z o.o."));
        assert!(!is_legal_form("Sage"));
    }
}
