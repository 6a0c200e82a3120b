//! Match keys: company names and job titles without spelling variants. Two messages about the same application have equal
//! keys. Keys are compared for equality only; a common first word means nothing.

mod company;
mod title;

pub use company::company;
pub(crate) use company::trim_name;
pub use title::title;
pub(crate) use title::{is_requisition, split_requisition};

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Lower case, without accents and punctuation, words separated by one space.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'ß' => out.push_str("ss"),
            'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            '\'' => {}
            '.' if out.chars().last().is_some_and(char::is_alphanumeric) => out.push('\u{1}'),
            '+' | '#' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    // A full stop within a word is removed: "S.p.A." and "node.js" are one word, "Tideline Inc. Berlin" three.
    let words = out.split_whitespace().map(|w| w.replace('\u{1}', ""));
    words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}
