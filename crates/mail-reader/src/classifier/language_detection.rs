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
    let mut counts: Vec<(usize, &LanguageFile)> = all
        .iter()
        .map(|language| {
            let count = words.iter().filter(|w| language.is_marker(w)).count();
            (count, language)
        })
        .collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let Some((best, _)) = counts.first().copied() else {
        return Vec::new();
    };
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
        .filter_map(|(_, file)| file.language())
        .collect()
}
