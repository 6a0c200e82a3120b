//! What the tagger sees of a word: the word, its beginning and ending, the words around it, and the other places of the message that have
//! it, all hashed.

use super::places::{DOMAIN, LinePosition, OUTSIDE_OF_LINE, Places};
use crate::classifier::fields::ranking::{hash_letters, plain_letters};
use std::ops::Range;

/// Number of hashed features.
pub const TAGGER_BUCKETS: usize = 1 << 20;
/// Further words and marks of a line are not looked at.
const MAX_LINE_TOKENS: usize = 400;
/// Words and marks are about as long, so that a list of them hardly grows.
const MEAN_TOKEN_LEN: usize = 5;
/// How far before and behind a word others are looked at.
const DISTANCES: [(u32, isize); 3] = [(0, 1), (1, 2), (2, 3)];
/// So many letters of beginnings and endings are looked at.
const AFFIX_CHARS: [usize; 4] = [2, 3, 4, 5];
/// Marks that may stand within a word, such as in "C++" or "front-end".
const INNER_MARKS: [char; 6] = ['-', '.', '&', '+', '\'', '’'];
/// Shorter words are not looked for in the domain.
const MIN_DOMAIN_WORD_BYTES: usize = 3;
/// The shape of marks.
const MARK: u32 = 8;
const MIX: u32 = 0x9e37_79b1;
/// Stands for what is before and behind the line.
const OUTSIDE: u32 = 1;

/// A word or a mark of a line.
#[derive(Clone, Debug)]
pub struct Token {
    /// The bytes of the line.
    pub range: Range<usize>,
    hash: u32,
    /// Hashes of the first letters.
    beginnings: [u32; AFFIX_CHARS.len()],
    /// Hashes of the last letters.
    endings: [u32; AFFIX_CHARS.len()],
    shape: u32,
    /// The other places of the message that have a word with the same beginning.
    places: u32,
}

impl Token {
    /// `lower` is a buffer that is used again.
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

    /// What the inflected forms of a word mostly have in common.
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

/// A line with its words.
pub struct TaggedLine<'t> {
    /// The line.
    pub text: &'t str,
    /// Where it stands.
    pub position: LinePosition,
    tokens: Vec<Token>,
}

impl<'t> TaggedLine<'t> {
    /// Divides a line into words.
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

    /// The words and marks.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Adds the features of a word to an empty list.
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

/// Tells each word of a message which other places have it. `domain` is the name of the sender's domain.
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
