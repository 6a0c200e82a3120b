//! The steps of a compiled pattern.

use super::characters::{CharacterClass, FirstCharacters};
use regex_syntax::hir::Look;

/// What is done at a position of the text. Unless it says otherwise, the step behind it follows.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// A word in lower case, which stands in `letters`, in any case.
    Word { len: u16, start: u32 },
    /// The same in its case.
    ExactWord { len: u16, start: u32 },
    /// A character of a class.
    Class(u32),
    /// As many characters of a class as there are, without trying fewer.
    Skip(u32),
    /// A condition on the position.
    Look(Look),
    /// One of the first characters of what follows.
    Peek(u32),
    /// Goes on with the step behind it and with another one, of which one is preferred.
    Fork {
        prefers_next: bool,
        number: u16,
        other: u32,
    },
    /// Goes on with each of the alternatives from a position on.
    Choice { number: u16, first: u32 },
    /// Goes on with another step.
    Jump(u32),
    /// Stores the position as the beginning or the end of a capture.
    Save(u32),
    /// The pattern matches.
    Match,
}

/// One of several continuations.
#[derive(Clone, Copy, Debug)]
pub struct Alternative {
    pub step: u32,
    /// What it begins with.
    pub first: FirstByte,
    pub is_last: bool,
}

/// With which byte something begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstByte {
    Any,
    /// An ASCII character, a letter in lower case.
    Ascii(u8),
    Other,
}

impl FirstByte {
    /// Whether a text may begin with it whose first byte is this one in lower case.
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
    /// The alternatives of all choices, those of each together.
    pub alternatives: Box<[Alternative]>,
    pub letters: Box<[u8]>,
    pub classes: Box<[CharacterClass]>,
    /// The characters with which choices begin.
    pub firsts: Box<[FirstCharacters]>,
    /// The names of the captures.
    pub names: Box<[Box<str>]>,
    /// How many steps have several continuations.
    pub branches: usize,
    /// The characters with which a match begins.
    pub first: FirstCharacters,
    /// A match begins where the text does.
    pub is_anchored: bool,
}

impl Program {
    /// The positions from one on where a match can begin.
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
