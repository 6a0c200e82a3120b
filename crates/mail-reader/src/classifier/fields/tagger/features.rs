//! Features that the tagger computes for a token: the token itself, its prefixes and suffixes, the tokens around it, and the other parts of
//! the message that contain it. All features are hashed.

use super::places::{DOMAIN, LinePosition, OUTSIDE_OF_LINE, Places};
use crate::classifier::fields::ranking::{hash_letters, plain_letters};
use std::ops::Range;

/// Number of buckets that features are hashed into.
pub const TAGGER_BUCKETS: usize = 1 << 20;
/// Maximum number of tokens read per line; the rest are ignored.
const MAX_LINE_TOKENS: usize = 400;
/// Estimated bytes per token, used to preallocate the token list.
const MEAN_TOKEN_LEN: usize = 5;
/// Distances to the neighboring tokens used as features, each with its number in the hash.
const DISTANCES: [(u32, isize); 3] = [(0, 1), (1, 2), (2, 3)];
/// Lengths of prefixes and suffixes used as features, in characters.
const AFFIX_CHARS: [usize; 4] = [2, 3, 4, 5];
/// Punctuation that may be part of a token, such as in "C++" or "front-end".
const INNER_MARKS: [char; 6] = ['-', '.', '&', '+', '\'', '’'];
/// Minimum length of a word that is looked up in the sender's domain.
const MIN_DOMAIN_WORD_BYTES: usize = 3;
/// Shape value of punctuation.
const MARK: u32 = 8;
const MIX: u32 = 0x9e37_79b1;
/// Hash value of a neighbor outside the line.
const OUTSIDE: u32 = 1;

/// A word or a punctuation character of a line.
#[derive(Clone, Debug)]
pub struct Token {
    /// Byte range in the line.
    pub range: Range<usize>,
    hash: u32,
    /// Hashes of the prefixes, by length.
    beginnings: [u32; AFFIX_CHARS.len()],
    /// Hashes of the suffixes, by length.
    endings: [u32; AFFIX_CHARS.len()],
    shape: u32,
    /// Bit set of the other parts of the message that contain a word with the same stem, plus a bit if the sender's domain contains it.
    places: u32,
}

impl Token {
    /// `lower` is a buffer that is reused between calls.
    fn new(text: &str, range: Range<usize>, lower: &mut Vec<char>) -> Self {
        lower.clear();
        if text.is_ascii() {
            lower.extend(text.chars().map(|c| {
                if c.is_ascii_digit() {
                    '0'
                } else {
                    c.to_ascii_lowercase()
                }
            }));
        } else {
            lower.extend(plain_letters(text));
        }
        let part = |letters: &[char]| hash_letters(letters.iter().copied());
        let count = lower.len();
        Self {
            range,
            hash: part(lower),
            beginnings: AFFIX_CHARS.map(|n| part(lower.get(..n.min(count)).unwrap_or_default())),
            endings: AFFIX_CHARS.map(|n| part(lower.get(count.saturating_sub(n)..).unwrap_or_default())),
            shape: shape(text),
            places: 0,
        }
    }
}

impl Token {
    fn is_word(&self) -> bool {
        self.shape != MARK
    }

    /// Hash of the longest prefix, which most inflected forms of a word share.
    fn stem(&self) -> u32 {
        let [.., longest] = self.beginnings;
        longest
    }
}

fn shape(text: &str) -> u32 {
    let mut chars = text.chars();
    let first = chars.next().unwrap_or(' ');
    if first.is_ascii_lowercase() && chars.clone().all(|c| c.is_ascii_lowercase()) {
        return 5;
    }
    let has_upper_case = chars.clone().any(char::is_uppercase);
    let has_lower_case = chars.any(char::is_lowercase);
    match first {
        c if c.is_uppercase() && has_lower_case && has_upper_case => 1,
        c if c.is_uppercase() && has_lower_case => 2,
        c if c.is_uppercase() => 3,
        c if c.is_lowercase() && has_upper_case => 4,
        c if c.is_lowercase() => 5,
        c if c.is_numeric() => 6,
        c if c.is_alphabetic() => 7,
        _ => MARK,
    }
}

/// A line with its tokens.
pub struct TaggedLine<'t> {
    /// The text of the line.
    pub text: &'t str,
    /// The part of the message that the line belongs to.
    pub position: LinePosition,
    tokens: Vec<Token>,
}

impl<'t> TaggedLine<'t> {
    /// Tokenizes a line.
    pub fn new(text: &'t str, position: LinePosition) -> Self {
        let mut tokens = Vec::with_capacity(text.len() / MEAN_TOKEN_LEN + 1);
        let mut start: Option<usize> = None;
        let mut end = 0;
        let mut letters = Vec::new();
        let mut add = |tokens: &mut Vec<Token>, range: Range<usize>| {
            if let Some(word) = text.get(range.clone()).filter(|word| !word.is_empty()) {
                tokens.push(Token::new(word, range, &mut letters));
            }
        };
        for (at, c) in text.char_indices() {
            if tokens.len() >= MAX_LINE_TOKENS {
                start = None;
                break;
            }
            if c.is_alphanumeric() {
                start.get_or_insert(at);
                end = at + c.len_utf8();
                continue;
            }
            let is_inner = start.is_some()
                && INNER_MARKS.contains(&c)
                && (c == '+'
                    || text
                        .get(at + c.len_utf8()..)
                        .is_some_and(|rest| rest.starts_with(char::is_alphanumeric)));
            if is_inner {
                end = at + c.len_utf8();
                continue;
            }
            if let Some(start) = start.take() {
                add(&mut tokens, start..end);
            }
            if !c.is_whitespace() {
                add(&mut tokens, at..at + c.len_utf8());
            }
        }
        if let Some(start) = start {
            add(&mut tokens, start..end);
        }
        Self {
            text,
            position,
            tokens,
        }
    }

    /// The tokens of the line.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Appends the features of a token, given by its index, to `features`.
    pub fn describe(&self, at: usize, features: &mut Vec<u32>) {
        let Some(token) = self.tokens.get(at) else { return };
        let mut list = FeatureList(features);
        let position = self.position as u32;
        list.add(0, [position]);
        list.add(1, [token.hash]);
        list.add(2, [token.shape]);
        list.add(3, [position, token.shape]);
        for (length, (beginning, ending)) in (0..).zip(token.beginnings.iter().zip(&token.endings)) {
            list.add(4, [length, *beginning]);
            list.add(5, [length, *ending]);
        }
        let neighbor = |offset: isize| {
            at.checked_add_signed(offset)
                .and_then(|position| self.tokens.get(position))
        };
        let places_at = |offset: isize| neighbor(offset).map_or(OUTSIDE_OF_LINE, |token| token.places);
        let hash_at = |offset: isize| neighbor(offset).map_or(OUTSIDE, |token| token.hash);
        for (number, distance) in DISTANCES {
            for (side, offset) in [(0, -distance), (1, distance)] {
                let other = neighbor(offset);
                list.add(6, [side, number, hash_at(offset)]);
                list.add(7, [side, number, other.map_or(0, |token| token.shape)]);
                if distance == 1 {
                    list.add(8, [side, other.map_or(OUTSIDE, |token| token.endings[1])]);
                    list.add(9, [side, other.map_or(OUTSIDE, |token| token.beginnings[2])]);
                    list.add(10, [side, token.shape, other.map_or(0, |token| token.shape)]);
                }
            }
        }
        list.add(11, [hash_at(-1), token.hash]);
        list.add(12, [token.hash, hash_at(1)]);
        list.add(13, [hash_at(-2), hash_at(-1)]);
        list.add(14, [hash_at(1), hash_at(2)]);
        list.add(15, [hash_at(-3), hash_at(-2), hash_at(-1)]);
        list.add(16, [position, token.places]);
        list.add(17, [position, token.places, token.shape]);
        list.add(18, [position, places_at(-1), token.places]);
        list.add(19, [position, token.places, places_at(1)]);
        list.add(20, [token.endings[1], token.places]);
    }
}

/// Records for each word of a message which other parts contain it, and whether the sender's domain does. `domain` is the domain label
/// that names the employer.
pub fn mark_places(lines: &mut [TaggedLine<'_>], domain: Option<&str>) {
    let mut places = Places::default();
    for line in lines.iter() {
        for token in line.tokens.iter().filter(|token| token.is_word()) {
            places.add(token.stem(), line.position);
        }
    }
    let domain: Option<String> =
        domain.map(|label| plain_letters(label).filter(|c| c.is_alphanumeric()).collect());
    let mut word = String::new();
    let mut stands_in_domain = |text: &str| {
        word.clear();
        word.extend(plain_letters(text));
        let domain = domain.as_deref().unwrap_or_default();
        word.len() >= MIN_DOMAIN_WORD_BYTES && domain.contains(&word)
    };
    for line in lines {
        for token in line.tokens.iter_mut().filter(|token| token.is_word()) {
            token.places = places.beside(token.stem(), line.position);
            if stands_in_domain(line.text.get(token.range.clone()).unwrap_or_default()) {
                token.places |= DOMAIN;
            }
        }
    }
}

struct FeatureList<'f>(&'f mut Vec<u32>);

impl FeatureList<'_> {
    fn add<const N: usize>(&mut self, property: u32, details: [u32; N]) {
        let hash = details
            .into_iter()
            .fold(property.wrapping_mul(MIX), |hash, value| {
                let mixed = (hash.rotate_left(5) ^ value).wrapping_mul(MIX);
                mixed ^ (mixed >> 15)
            });
        let buckets = u32::try_from(TAGGER_BUCKETS).unwrap_or(1);
        self.0.push(hash & (buckets - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_inner_marks_and_other_marks_stand_alone() {
        let words = |text| {
            let line = TaggedLine::new(text, LinePosition::Text);
            let words = line.tokens().iter().map(|token| &text[token.range.clone()]);
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            words("Front-End (C++), l'Infirmière."),
            ["Front-End", "(", "C++", ")", ",", "l'Infirmière", "."]
        );
        assert_eq!(words("ends here-"), ["ends", "here", "-"]);
        assert!(words("  ").is_empty());
        assert_eq!(words(&"a ".repeat(1_000)).len(), MAX_LINE_TOKENS);
    }
}
