//! Excerpts of a message that explain its classification.

use super::ruleset::LazyRegex;

/// Maximum length of a matched text that is kept to explain a classification, in characters.
const MAX_MATCHED_TEXT_LEN: usize = 160;

/// The text that the first matching pattern matched.
pub fn first_match(patterns: &[LazyRegex], text: &str) -> Option<String> {
    patterns.iter().find_map(|p| p.find(text)).map(shorten)
}

/// A text on one line, cut off at the maximum length.
pub fn shorten(text: &str) -> String {
    let line = text.replace('\n', " · ");
    if line.chars().count() <= MAX_MATCHED_TEXT_LEN {
        return line;
    }
    let mut short: String = line.chars().take(MAX_MATCHED_TEXT_LEN - 1).collect();
    short.push('…');
    short
}
