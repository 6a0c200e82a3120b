//! Parts of captured values that are candidates, too, such as "Nurse" in "Nurse, Ward 3".

use crate::classifier::fields::{forms::find_all, names::NameContext};
use crate::match_key::trim_name;

/// Separators at which a value is cut. The index is the kind of the cut.
const SEPARATORS: [&str; 10] = [", ", " (", " - ", " – ", " — ", " / ", " | ", ": ", "; ", " @ "];
/// Kind of a cut before a lowercase function word.
const AT_FUNCTION_WORD: u32 = 20;
/// Kind of a cut before another lowercase word.
const AT_LOWER_CASE_WORD: u32 = 21;
/// Kind of a cut that removes a note in brackets from the middle.
const NOTE: u32 = 22;
/// Kind of a cut that removes the first word.
const FIRST_WORD: u32 = 23;
/// Maximum number of words per value that are checked for being lowercase.
const MAX_CUT_WORDS: usize = 8;
/// Minimum number of letters in a part.
const MIN_LETTERS: usize = 2;

/// A part of a captured value.
pub struct Variant<'t> {
    pub value: String,
    /// Kind of the cut: an index of `SEPARATORS` or one of the constants above.
    pub kind: u32,
    /// Whether the beginning of the captured value was cut off.
    pub is_cut_before: bool,
    /// The text that was cut off.
    pub cut: &'t str,
}

/// Parts of a value: the text before and after each separator (only before " ("), the text before each lowercase word, the value without
/// a note in brackets, and the value without its first word.
pub fn find_variants<'t>(context: &NameContext<'_>, value: &'t str) -> Vec<Variant<'t>> {
    let mut variants = Variants::default();
    for (kind, separator) in (0..).zip(SEPARATORS) {
        for at in find_all(value, separator) {
            variants.add_front(value, at, kind);
            if separator != " (" {
                variants.add_back(value, at + separator.len(), kind);
            }
        }
    }
    for (at, _) in value.match_indices(' ').take(MAX_CUT_WORDS) {
        let rest = value.get(at + 1..).unwrap_or_default();
        let word = rest.split(' ').next().unwrap_or_default();
        if word.starts_with(char::is_lowercase) {
            let kind = if context.is_function_word(word) {
                AT_FUNCTION_WORD
            } else {
                AT_LOWER_CASE_WORD
            };
            variants.add_front(value, at, kind);
        }
    }
    if let Some((front, rest)) = value.split_once(" (")
        && let Some((note, back)) = rest.split_once(')')
        && !back.is_empty()
    {
        variants.add(&format!("{front}{back}"), NOTE, false, note);
    }
    // "Personalbüro Molkerei Moss" becomes "Molkerei Moss".
    if let Some((_, rest)) = value.split_once(' ')
        && rest.starts_with(char::is_uppercase)
    {
        variants.add_back(value, value.len() - rest.len(), FIRST_WORD);
    }
    variants.0
}

#[derive(Default)]
struct Variants<'t>(Vec<Variant<'t>>);

impl<'t> Variants<'t> {
    fn add(&mut self, value: &str, kind: u32, is_cut_before: bool, cut: &'t str) {
        let value = trim_name(value);
        if value.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS {
            self.0.push(Variant {
                value: value.to_owned(),
                kind,
                is_cut_before,
                cut,
            });
        }
    }

    fn add_front(&mut self, value: &'t str, at: usize, kind: u32) {
        if let Some((front, cut)) = value.split_at_checked(at) {
            self.add(front, kind, false, cut);
        }
    }

    fn add_back(&mut self, value: &'t str, at: usize, kind: u32) {
        if let Some((cut, back)) = value.split_at_checked(at) {
            self.add(back, kind, true, cut);
        }
    }
}
