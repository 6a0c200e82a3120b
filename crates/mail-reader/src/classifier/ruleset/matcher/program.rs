//! The steps of a compiled pattern.

use super::characters::{CharacterClass, FirstCharacters};
use regex_syntax::hir::Look;

/// A step of a compiled pattern. Unless stated otherwise, the next step follows.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Matches a word, ignoring case. It is stored in `letters`, in lower case.
    Word { len: u16, start: u32 },
    /// Matches a word of `letters` in exactly its case.
    ExactWord { len: u16, start: u32 },
    /// Matches a character of a class.
    Class(u32),
    /// Matches as many characters of a class as possible, without trying fewer.
    Skip(u32),
    /// Checks a condition on the position, such as a word boundary.
    Look(Look),
    /// Checks that the next character is one that the following choice can begin with.
    Peek(u32),
    /// Tries the next step and another one, in the preferred order.
    Fork {
        prefers_next: bool,
        number: u16,
        other: u32,
    },
    /// Tries the alternatives that begin at an index, in order.
    Choice { number: u16, first: u32 },
    /// Continues with another step.
    Jump(u32),
    /// Stores the position as the start or the end of a capture.
    Save(u32),
    /// The pattern matches.
    Match,
}

/// An alternative of a choice.
#[derive(Clone, Copy, Debug)]
pub struct Alternative {
    pub step: u32,
    /// The byte that it begins with.
    pub first: FirstByte,
    /// Whether it is the last one of its choice.
    pub is_last: bool,
}

/// The byte that an alternative begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstByte {
    /// It is unknown.
    Any,
    /// An ASCII character; letters are in lower case.
    Ascii(u8),
    /// The first byte of a non-ASCII character.
    Other,
}

impl FirstByte {
    /// Whether text that begins with this byte, in lower case, can match; `None` is the end of the text.
    pub fn may_be(self, byte: Option<u8>) -> bool {
        match (self, byte) {
            (Self::Any, _) => true,
            (_, None) => false,
            (Self::Ascii(first), Some(byte)) => {
                first == byte || (!byte.is_ascii() && matches!(first, b's' | b'k'))
            }
            (Self::Other, Some(byte)) => !byte.is_ascii(),
        }
    }
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    pub steps: Box<[Step]>,
    /// The alternatives of all choices; those of a choice are adjacent.
    pub alternatives: Box<[Alternative]>,
    pub letters: Box<[u8]>,
    pub classes: Box<[CharacterClass]>,
    /// The characters that choices can begin with.
    pub firsts: Box<[FirstCharacters]>,
    /// The names of the captures.
    pub names: Box<[Box<str>]>,
    /// Number of steps with several continuations.
    pub branches: usize,
    /// The characters that a match can begin with.
    pub first: FirstCharacters,
    /// Whether a match can only begin at the start of the text.
    pub is_anchored: bool,
}

impl Program {
    /// The positions at or after `from` where a match can begin.
    pub fn possible_starts<'t>(&self, text: &'t str, from: usize) -> impl Iterator<Item = usize> + use<'t> {
        let (first, is_anchored) = (self.first, self.is_anchored);
        let is_possible =
            move |at: &usize| first.contains(text.as_bytes().get(*at).copied()) && text.is_char_boundary(*at);
        let end = if is_anchored { 0 } else { text.len() };
        (from..=end).filter(is_possible)
    }

    pub fn word(&self, start: u32, len: u16) -> &[u8] {
        let start = start as usize;
        self.letters
            .get(start..start + usize::from(len))
            .unwrap_or_default()
    }

    pub fn class(&self, number: u32) -> Option<&CharacterClass> {
        self.classes.get(number as usize)
    }

    /// The alternatives of a choice.
    pub fn alternatives_from(&self, first: u32) -> &[Alternative] {
        let rest = self.alternatives.get(first as usize..).unwrap_or_default();
        let len = rest.iter().position(|alternative| alternative.is_last);
        len.and_then(|last| rest.get(..=last)).unwrap_or_default()
    }
}
