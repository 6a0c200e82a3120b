//! Finds the languages of a message by their function words.

use super::ruleset::{Language, LanguageFile};
use crate::parser::Text;

/// Words that are counted.
const MAX_WORDS: usize = 400;
/// The share of the function words of the main language that a second language needs, in percent.
const SECOND_LANGUAGE_PERCENT: usize = 60;
/// In a text that is long enough, at least this share of the words are function words of its language, in percent.
const MIN_MARKER_PERCENT: usize = 12;
const LONG_TEXT_WORDS: usize = 25;

/// Function words of languages without rules that resemble one with rules.
#[rustfmt::skip]
const OTHER_LANGUAGES: &[&[&str]] = &[
    // Danish and Norwegian
    &[
        "og", "ikke", "til", "af", "jeg", "din", "dit", "har", "på", "vil", "som", "med", "tak", "takk", "hvis", "være", "blevet", "også", "deres",
        "vores", "vår", "os", "oss", "for", "vi", "du", "er", "den", "det", "at", "å", "en", "et", "hej", "hei", "dig", "deg", "fra", "kan", "hos",
        "mulig", "søkt", "søgt", "vender", "tilbage", "tilbake", "stillingen", "ansøgning", "søknad", "søknaden", "desværre", "dessverre",
    ],
    // Czech and Slovak
    &[
        "a", "na", "se", "že", "je", "v", "jsme", "vaše", "vaši", "vás", "vám", "za", "pro", "děkujeme", "ďakujeme", "bohužel", "bohužiaľ", "sme", "sa",
        "pozici", "pozíciu", "jste", "ste", "být", "byť", "nebo", "alebo", "ale", "jako", "ako", "s", "k", "dobrý", "den", "deň", "pozdravem",
    ],
    // Romanian and Catalan
    &[
        "și", "şi", "pentru", "că", "este", "dumneavoastră", "vă", "mulțumim", "din", "cu", "la", "nu", "un", "o", "de", "în", "am", "ați", "care", "sunt",
        "postul", "bună",
    ],
    &[
        "amb", "per", "la", "el", "els", "les", "teva", "seva", "hem", "rebut", "gràcies", "candidatura", "que", "aquest", "aquesta", "no", "una", "un", "i",
        "de", "del", "al", "ens", "et", "malauradament", "benvolguda", "benvolgut",
    ],
];

/// The main language of a message, and a second one if there is about as much text in it. Empty if the text is in none of the
/// languages.
pub fn detect_languages<'l>(all: &'l [LanguageFile], subject: &str, texts: &[&Text; 2]) -> Vec<&'l Language> {
    let text = texts
        .iter()
        .max_by_key(|t| t.sentences.len())
        .map_or("", |t| t.sentences.as_str());
    let words: Vec<String> = subject
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .chain(text.split(|c: char| !c.is_alphabetic() && c != '\''))
        .filter(|w| !w.is_empty())
        .take(MAX_WORDS)
        .map(str::to_lowercase)
        .collect();
    let is_plain = words.iter().all(|w| w.is_ascii());
    let mut counts: Vec<(usize, &LanguageFile)> = all
        .iter()
        .map(|language| {
            let count = words.iter().filter(|w| language.is_marker(w, is_plain)).count();
            (count, language)
        })
        .collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let Some((best, _)) = counts.first().copied() else {
        return Vec::new();
    };
    let is_other = |markers: &&[&str]| {
        let count = words.iter().filter(|w| markers.contains(&w.as_str())).count();
        count > best
    };
    if OTHER_LANGUAGES.iter().any(is_other) {
        return Vec::new();
    }
    let min = if words.len() >= LONG_TEXT_WORDS {
        words.len() * MIN_MARKER_PERCENT
    } else {
        100
    };
    if best * 100 < min {
        return Vec::new();
    }
    counts
        .into_iter()
        .filter(|(count, _)| *count * 100 >= best * SECOND_LANGUAGE_PERCENT)
        .take(2)
        .filter_map(|(_, file)| file.language(is_plain))
        .collect()
}
