//! Detects the languages of a message by their function words.

use super::ruleset::{Language, LanguageFile, WordMap};
use crate::parser::Text;

/// Maximum number of words read per message.
const MAX_WORDS: usize = 400;
/// Minimum number of function words of a second language, in percent of those of the main language.
const SECOND_LANGUAGE_PERCENT: usize = 60;
/// Minimum share of function words in a text of at least `LONG_TEXT_WORDS` words, in percent.
const MIN_MARKER_PERCENT: usize = 12;
const LONG_TEXT_WORDS: usize = 25;

/// Function words of languages that have no rules but resemble a language that has.
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

/// A frequent character of Azerbaijani, which has no rules but resembles Turkish, which has.
const OTHER_LANGUAGE_CHARACTER: char = 'ə';

/// The languages that a word is a function word of.
#[derive(Clone, Copy, Default)]
struct Markers {
    /// A bit for each language with rules.
    exact: u32,
    /// A bit for each language with rules, for text without accents.
    plain: u32,
    /// A bit for each language without rules.
    other: u32,
}

/// Detects languages by their function words.
pub struct LanguageDetector {
    markers: WordMap<Markers>,
    /// Characters that only one language uses. They help to detect languages with many inflections, which have few function words.
    characters: Vec<(char, Markers)>,
    languages: usize,
}

impl LanguageDetector {
    pub fn new(languages: &[LanguageFile]) -> Self {
        let mut markers: WordMap<Markers> = WordMap::default();
        let other = 1 << OTHER_LANGUAGES.len();
        let mut characters = vec![(
            OTHER_LANGUAGE_CHARACTER,
            Markers {
                other,
                ..Markers::default()
            },
        )];
        for (number, language) in languages.iter().enumerate() {
            let exact = 1 << number;
            characters.extend(language.characters.chars().map(|c| {
                (
                    c,
                    Markers {
                        exact,
                        ..Markers::default()
                    },
                )
            }));
            let [exact, plain] = language.markers();
            for word in exact {
                markers.entry(word.clone()).or_default().exact |= 1 << number;
            }
            for word in exact.iter().chain(plain) {
                markers.entry(word.clone()).or_default().plain |= 1 << number;
            }
        }
        for (number, words) in OTHER_LANGUAGES.iter().enumerate() {
            for word in *words {
                markers.entry((*word).to_owned()).or_default().other |= 1 << number;
            }
        }
        Self {
            markers,
            characters,
            languages: languages.len(),
        }
    }

    /// The main language of a message, and a second one if it has nearly as many function words. Empty if the text is in none of the
    /// languages.
    pub fn detect<'l>(
        &self,
        all: &'l [LanguageFile],
        subject: &str,
        texts: &[&Text; 2],
    ) -> Vec<&'l Language> {
        let text = texts
            .iter()
            .max_by_key(|t| t.sentences.len())
            .map_or("", |t| t.sentences.as_str());
        let is_separator = |c: char| !c.is_alphabetic() && c != '\'';
        let words = subject
            .split(is_separator)
            .chain(text.split(is_separator))
            .filter(|w| !w.is_empty())
            .take(MAX_WORDS);
        let mut found = Vec::with_capacity(MAX_WORDS);
        let (mut is_plain, mut count) = (true, 0);
        let mut lower = String::new();
        for word in words {
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            is_plain &= lower.is_ascii();
            count += 1;
            found.extend(
                self.markers
                    .get(&lower)
                    .copied()
                    .or_else(|| self.find_character(&lower)),
            );
        }
        let of_bit = |select: fn(&Markers) -> u32, bit: usize| {
            found.iter().filter(|m| select(m) >> bit & 1 == 1).count()
        };
        let select: fn(&Markers) -> u32 = if is_plain { |m| m.plain } else { |m| m.exact };
        let mut counts: Vec<(usize, &LanguageFile)> = all
            .iter()
            .take(self.languages)
            .enumerate()
            .map(|(bit, language)| (of_bit(select, bit), language))
            .collect();
        counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let Some((best, _)) = counts.first().copied() else {
            return Vec::new();
        };
        if (0..=OTHER_LANGUAGES.len()).any(|bit| of_bit(|m| m.other, bit) > best) {
            return Vec::new();
        }
        let min = if count >= LONG_TEXT_WORDS {
            count * MIN_MARKER_PERCENT
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

    /// The language that is the only one to use a character of the word.
    fn find_character(&self, word: &str) -> Option<Markers> {
        if word.is_ascii() {
            return None;
        }
        let known = |c: char| self.characters.iter().find(|(character, _)| *character == c);
        word.chars().find_map(known).map(|(_, markers)| *markers)
    }
}
