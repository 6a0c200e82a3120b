//! Sets and maps of words with a non-cryptographic hash that is fast for short words. Messages cannot add words to the sets.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

/// A set of words.
pub type WordSet = HashSet<String, BuildHasherDefault<WordHasher>>;
/// A set of words from static lists.
pub type StaticWordSet = HashSet<&'static str, BuildHasherDefault<WordHasher>>;
/// A map from words to values.
pub type WordMap<V> = HashMap<String, V, BuildHasherDefault<WordHasher>>;

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
const ROTATION: u32 = 26;

/// Hashes eight bytes with each multiplication.
#[derive(Default)]
pub struct WordHasher(u64);

impl WordHasher {
    fn add(&mut self, bytes: u64) {
        self.0 = (self.0.rotate_left(5) ^ bytes).wrapping_mul(MULTIPLIER);
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.as_chunks::<8>();
        for block in blocks {
            self.add(u64::from_le_bytes(*block));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            for (to, from) in last.iter_mut().zip(rest) {
                *to = *from;
            }
            self.add(u64::from_le_bytes(last));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        // The hash table uses the upper and the lower bits, but only the upper bits depend on all bytes.
        self.0.rotate_left(ROTATION)
    }
}
