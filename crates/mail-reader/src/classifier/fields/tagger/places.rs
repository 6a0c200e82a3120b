//! Which places of a message have a word: a title in the text often stands in the subject, too, and a company in the address.

use crate::classifier::ruleset::WordHasher;
use std::{collections::HashMap, hash::BuildHasherDefault};

/// Where a line stands in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinePosition {
    /// The subject of the message.
    Subject,
    /// A sentence of the text above the closing.
    Text,
    /// A sentence below the closing.
    Signature,
    /// The display name of the sender.
    DisplayName,
}

/// The bit of the domain, behind those of the positions.
pub const DOMAIN: u32 = 1 << 4;
/// Stands for the places of what is before and behind the line.
pub const OUTSIDE_OF_LINE: u32 = 1 << 5;

/// How often each word occurs at each position.
#[derive(Default)]
pub struct Places(HashMap<u32, [u16; 4], BuildHasherDefault<WordHasher>>);

impl Places {
    pub fn add(&mut self, word: u32, position: LinePosition) {
        let counts = self.0.entry(word).or_default();
        if let Some(count) = counts.get_mut(position as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// A bit for each position that has a word once more than where it stands.
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
