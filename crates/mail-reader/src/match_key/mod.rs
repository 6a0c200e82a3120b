//! Match keys: company names and job titles normalized so that messages about the same application have equal keys. Keys are
//! compared only for equality, because names that share their first words may be different.

mod company;
mod gender;
mod inflection;
mod title;

pub use company::company;
pub(crate) use company::{trim_name, with_legal_form_stop};
pub(crate) use inflection::{uninflected, uninflected_organization};
pub use title::title;
pub(crate) use title::{is_gender_note, is_requisition, split_requisition};

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Normalizes a text: lower case, without accents and punctuation, words separated by one space.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = Folded {
        text: String::with_capacity(text.len()),
        is_within_word: false,
        is_word_end: false,
    };
    for c in text.chars() {
        if c.is_ascii() {
            folded.push_ascii(c.to_ascii_lowercase());
        } else {
            // Characters are decomposed one by one, because decomposing the whole text would sort combining marks that are dropped anyway.
            decompose_compatible(c, |c| {
                if !is_combining_mark(c) {
                    c.to_lowercase().for_each(|c| folded.push(c));
                }
            });
        }
    }
    folded.text
}

/// Builds the output of [`fold`].
struct Folded {
    text: String,
    /// Whether the last character was a letter or digit.
    is_within_word: bool,
    /// Whether the next letter or digit begins a new word.
    is_word_end: bool,
}

impl Folded {
    /// Adds an ASCII character in lower case.
    #[inline]
    fn push_ascii(&mut self, c: char) {
        match c {
            'a'..='z' | '0'..='9' => self.push_character(c),
            ' ' => {
                self.is_within_word = false;
                self.is_word_end = true;
            }
            c => self.push(c),
        }
    }

    /// Adds a character in lower case.
    fn push(&mut self, c: char) {
        match c {
            'ß' => {
                self.push_character('s');
                self.push_character('s');
            }
            'ı' => self.push_character('i'),
            'ł' => self.push_character('l'),
            'ø' => self.push_character('o'),
            '\'' | '’' => {}
            // A full stop within a word is removed: "S.p.A." and "node.js" are one word, "Tideline Inc. Berlin" three.
            '.' if self.is_within_word => self.is_within_word = false,
            '+' | '#' => {
                self.push_character(c);
                self.is_within_word = false;
            }
            c if c.is_alphanumeric() => self.push_character(c),
            _ => {
                self.is_within_word = false;
                self.is_word_end = true;
            }
        }
    }

    #[inline]
    fn push_character(&mut self, c: char) {
        if std::mem::take(&mut self.is_word_end) && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push(c);
        self.is_within_word = true;
    }
}
