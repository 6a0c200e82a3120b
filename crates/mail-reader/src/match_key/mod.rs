//! Match keys: company names and job titles without spelling variants. Two messages about the same application have equal
//! keys. Keys are compared for equality only; a common first word means nothing.

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

/// Lower case, without accents and punctuation, words separated by one space.
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
            // Decomposing a text would also sort its combining marks, of which none is kept.
            decompose_compatible(c, |c| {
                if !is_combining_mark(c) {
                    c.to_lowercase().for_each(|c| folded.push(c));
                }
            });
        }
    }
    folded.text
}

/// A text that is folded.
struct Folded {
    text: String,
    /// The last character is a letter or digit.
    is_within_word: bool,
    /// The next letter begins a word.
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
