//! Case folding of characters, and character classes.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange};
use std::{
    collections::HashSet,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

type Ranges = Arc<[(char, char)]>;

/// The interned ranges of all classes: many patterns share the same ones, and those of all letters are large.
static RANGES: LazyLock<Mutex<HashSet<Ranges>>> = LazyLock::new(Mutex::default);

/// Folds the case of a character: characters that match each other when case is ignored have the same result.
pub fn fold(c: char) -> char {
    match c {
        // Long s and the kelvin sign.
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => {
            let mut lower = c.to_lowercase();
            let first = lower.next();
            first.filter(|_| lower.next().is_none()).unwrap_or(c)
        }
    }
}

/// A set of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacterClass {
    /// A bit for each ASCII character.
    ascii: u128,
    /// First and last character of each range of non-ASCII characters, in ascending order.
    others: Ranges,
}

impl CharacterClass {
    pub fn new(class: &Class) -> Option<Self> {
        let class = match class {
            Class::Unicode(class) => class.clone(),
            Class::Bytes(class) => class.to_unicode_class()?,
        };
        let mut ascii = 0;
        let mut others = Vec::new();
        for range in class.iter() {
            for byte in (0..128_u8).filter(|byte| (range.start()..=range.end()).contains(&char::from(*byte)))
            {
                ascii |= 1 << byte;
            }
            if !range.end().is_ascii() {
                others.push((range.start().max('\u{80}'), range.end()));
            }
        }
        let mut known = RANGES.lock().unwrap_or_else(PoisonError::into_inner);
        let others = match known.get(others.as_slice()) {
            Some(known) => Arc::clone(known),
            None => Arc::from(others),
        };
        known.insert(Arc::clone(&others));
        Some(Self { ascii, others })
    }

    pub fn contains(&self, c: char) -> bool {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => self.contains_ascii(byte),
            _ => {
                let at = self.others.partition_point(|(_, last)| *last < c);
                self.others.get(at).is_some_and(|(first, _)| *first <= c)
            }
        }
    }

    pub fn contains_ascii(&self, byte: u8) -> bool {
        self.ascii >> byte & 1 == 1
    }

    /// The characters of the class as first characters. Non-ASCII characters are not distinguished.
    pub fn first_characters(&self) -> FirstCharacters {
        FirstCharacters {
            ascii: self.ascii,
            has_others: !self.others.is_empty(),
            has_end: false,
        }
    }
}

/// The characters that a part of a pattern can begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstCharacters {
    /// A bit for each ASCII character.
    ascii: u128,
    /// Whether it can begin with a non-ASCII character.
    has_others: bool,
    /// Whether it can match at the end of the text.
    has_end: bool,
}

impl FirstCharacters {
    pub const ALL: Self = Self {
        ascii: u128::MAX,
        has_others: true,
        has_end: true,
    };
    pub const END: Self = Self {
        ascii: 0,
        has_others: false,
        has_end: true,
    };

    /// The first characters of a word that begins with this lowercase byte, ignoring case.
    pub fn of_word(first: u8) -> Self {
        if !first.is_ascii() {
            return Self::others();
        }
        Self {
            ascii: 1 << first | 1 << first.to_ascii_uppercase(),
            has_others: matches!(first, b's' | b'k'),
            has_end: false,
        }
    }

    /// The first character of a word that begins with this byte, in exactly this case.
    pub fn of_exact_word(first: u8) -> Self {
        if !first.is_ascii() {
            return Self::others();
        }
        Self {
            ascii: 1 << first,
            has_others: false,
            has_end: false,
        }
    }

    fn others() -> Self {
        Self {
            ascii: 0,
            has_others: true,
            has_end: false,
        }
    }

    pub fn add(&mut self, other: Self) {
        self.ascii |= other.ascii;
        self.has_others |= other.has_others;
        self.has_end |= other.has_end;
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.ascii & other.ascii != 0 || (self.has_others && other.has_others)
    }

    /// Whether it contains the character that begins with a byte; `None` is the end of the text.
    pub fn contains(self, byte: Option<u8>) -> bool {
        match byte {
            Some(byte) if byte.is_ascii() => self.ascii >> byte & 1 == 1,
            Some(_) => self.has_others,
            None => self.has_end,
        }
    }
}

/// The folded character, if a class consists of all case variants of a single character.
pub fn character_in_any_case(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let first = class.iter().next()?.start();
    let folded = fold(first);
    (variants(folded)? == *class && all_fold_to(class, folded)).then_some(folded)
}

/// Whether a character has no other case variants.
pub fn has_no_case(c: char) -> bool {
    fold(c) == c && variants(c).is_some_and(|variants| variants == single(c))
}

fn single(c: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(c, c)])
}

/// All case variants of a character.
fn variants(c: char) -> Option<ClassUnicode> {
    let mut class = single(c);
    class.try_case_fold_simple().ok()?;
    Some(class)
}

fn all_fold_to(class: &ClassUnicode, folded: char) -> bool {
    class
        .iter()
        .all(|range| (range.start()..=range.end()).all(|c| fold(c) == folded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_with_the_same_lower_case_match_each_other_in_any_case() {
        for c in '\0'..='\u{2fff}' {
            let folded = fold(c);
            let class = variants(folded).expect("a class");
            if all_fold_to(&class, folded) {
                let matches = class.iter().any(|r| r.start() <= c && c <= r.end());
                assert!(matches, "{c:?} {folded:?}");
            }
        }
    }
}
