//! Records which parts of a message contain a word: a title in the text is often in the subject, too, and a company in the address.

use crate::classifier::ruleset::WordHasher;
use std::{collections::HashMap, hash::BuildHasherDefault};

/// The part of a message that a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinePosition {
    /// The subject of the message.
    Subject,
    /// A sentence of the text before the closing.
    Text,
    /// A sentence after the closing.
    Signature,
    /// The display name of the sender.
    DisplayName,
}

/// Bit of the sender's domain. The lower bits stand for the [`LinePosition`] values.
pub const DOMAIN: u32 = 1 << 4;
/// Value for a neighbor outside the line.
pub const OUTSIDE_OF_LINE: u32 = 1 << 5;

/// Number of occurrences of each word, by the hash of its stem, in each part of the message.
#[derive(Default)]
pub struct Places(HashMap<u32, [u16; 4], BuildHasherDefault<WordHasher>>);

impl Places {
    pub fn add(&mut self, word: u32, position: LinePosition) {
        let counts = self.0.entry(word).or_default();
        if let Some(count) = counts.get_mut(position as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// Bit set of the positions that contain a word, not counting one occurrence in `own`, the position of the word itself.
    pub fn beside(&self, word: u32, own: LinePosition) -> u32 {
        let counts = self.0.get(&word).copied().unwrap_or_default();
        let others = (0_usize..).zip(counts).filter(|(position, count)| {
            let own = u16::from(*position == own as usize);
            *count > own
        });
        others.map(|(position, _)| 1 << position).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_beside_the_word_itself() {
        let mut places = Places::default();
        places.add(7, LinePosition::Subject);
        places.add(7, LinePosition::Text);
        assert_eq!(
            places.beside(7, LinePosition::Subject),
            1 << LinePosition::Text as u32
        );
        places.add(7, LinePosition::Text);
        let both = (1 << LinePosition::Subject as u32) | (1 << LinePosition::Text as u32);
        assert_eq!(places.beside(7, LinePosition::Text), both);
        assert_eq!(places.beside(8, LinePosition::Text), 0);
    }
}
