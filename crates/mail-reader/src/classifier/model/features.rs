//! What the model sees of a message: hashed words, beginnings of words, and pairs of words of each sentence, and a few
//! properties of the message.

use crate::classifier::{document::Document, verdict::Statements};
use crate::parser::Headers;

/// Number of weights per kind for words.
pub const WORD_BUCKETS: usize = 1 << 16;
/// Number of weights per kind for properties of the message.
pub const PROPERTY_BUCKETS: usize = 64;
/// Number of weights per kind for words anywhere in the message.
pub const TOPIC_BUCKETS: usize = 1 << 14;
/// Inflected forms of a word agree in this many characters.
const STEM_CHARS: usize = 5;
/// Words of a pair are at most this far apart.
const MAX_PAIR_DISTANCE: usize = 4;
/// Further words of a sentence are not read.
const MAX_WORDS: usize = 60;
const HASH_SEED: u32 = 0x811c_9dc5;
const HASH_PRIME: u32 = 0x0100_0193;
const PAIR_MIX: u32 = 0x9e37_79b1;
const NEAR_PAIR_MARK: u32 = 0x51ed_270b;
const FAR_PAIR_MARK: u32 = 0x2545_f491;
const STEM_MARK: u32 = 0x85eb_ca6b;
const SUBJECT_MARK: u32 = 0xc2b2_ae35;
const SENDER_MARK: u32 = 0x27d4_eb2f;

/// The features of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFeatures {
    /// The features of the subject, if there is one, and of each sentence.
    pub sentences: Vec<Vec<u32>>,
    /// The words of the message, wherever they stand: what it is about.
    pub topics: Vec<u32>,
    /// Properties of the message.
    pub properties: Vec<u32>,
}

impl MessageFeatures {
    pub fn new(
        headers: &Headers,
        document: &Document<'_>,
        statements: &Statements<'_>,
        properties: Properties,
    ) -> Self {
        let subject = document.subject;
        let mut sentences = vec![sentence_features(subject, true)];
        sentences.extend(
            document
                .assertions
                .iter()
                .filter(|s| !s.is_empty())
                .map(|s| sentence_features(s, false)),
        );
        let mut topics: Vec<u32> = Vec::new();
        for sentence in std::iter::once(&subject).chain(&document.sentences) {
            for_each_word(sentence, |word| topics.push(bucket(word.stem(), TOPIC_BUCKETS)));
        }
        // The department that writes ("orders", "admissions"), not the name of the organization.
        let mailbox = headers.from.split('@').next().unwrap_or_default();
        for_each_word(mailbox, |word| {
            topics.push(bucket(word.stem() ^ SENDER_MARK, TOPIC_BUCKETS));
        });
        topics.sort_unstable();
        topics.dedup();
        let (job, application, foreign) = statements.contexts();
        let is_reply = !headers.in_reply_to.is_empty();
        let counts = [
            job,
            application,
            foreign,
            document.assertions.len(),
            properties.links,
        ];
        let mut all: Vec<u32> = counts
            .into_iter()
            .zip(0_u32..)
            .map(|(count, group)| group * 8 + magnitude(count))
            .collect();
        let flags = [
            properties.is_platform,
            properties.is_strict,
            properties.is_job_board,
            properties.is_recruiting_address,
            is_reply,
            document.languages.is_empty(),
            properties.has_calendar,
        ];
        all.extend(
            flags
                .into_iter()
                .zip(40_u32..)
                .filter(|(is_set, _)| *is_set)
                .map(|(_, f)| f),
        );
        Self {
            sentences,
            topics,
            properties: all,
        }
    }
}

/// Properties of a message that its text does not tell.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent properties of a message"
)]
pub struct Properties {
    pub is_platform: bool,
    pub is_strict: bool,
    pub is_job_board: bool,
    pub is_recruiting_address: bool,
    pub has_calendar: bool,
    pub links: usize,
}

/// 0, 1, 2, 3–4, 5–8, …, at most 7.
fn magnitude(count: usize) -> u32 {
    match count {
        0..=2 => u32::try_from(count).unwrap_or_default(),
        3..=4 => 3,
        5..=8 => 4,
        9..=16 => 5,
        17..=32 => 6,
        _ => 7,
    }
}

/// The hashed features of a sentence, each once.
pub fn sentence_features(sentence: &str, is_subject: bool) -> Vec<u32> {
    let mark = if is_subject { SUBJECT_MARK } else { 0 };
    let mut features = Vec::with_capacity(sentence.len());
    // The hashes of the stems before, the last one first.
    let mut before = [0_u32; MAX_PAIR_DISTANCE];
    for_each_word(sentence, |word| {
        features.push(word.whole ^ mark);
        let stem = word.stem();
        if word.chars > STEM_CHARS {
            features.push(stem.wrapping_mul(STEM_MARK) ^ mark);
        }
        for (distance, first) in before.iter().enumerate() {
            if *first != 0 {
                let pair = first.wrapping_mul(PAIR_MIX).rotate_left(7) ^ stem;
                let distance_mark = if distance == 0 {
                    NEAR_PAIR_MARK
                } else {
                    FAR_PAIR_MARK
                };
                features.push(pair.wrapping_mul(distance_mark) ^ mark);
            }
        }
        before.rotate_right(1);
        if let Some(first) = before.first_mut() {
            *first = stem;
        }
    });
    for feature in &mut features {
        *feature = bucket(*feature, WORD_BUCKETS);
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// The bucket of a hash.
fn bucket(hash: u32, buckets: usize) -> u32 {
    let mixed = (hash ^ (hash >> 15)).wrapping_mul(PAIR_MIX);
    (mixed ^ (mixed >> 13)) & (u32::try_from(buckets).unwrap_or(1) - 1)
}

/// The words of a sentence.
fn for_each_word(sentence: &str, mut add: impl FnMut(&WordHash)) {
    let mut count = 0;
    let mut word = WordHash::new();
    for c in sentence.chars().chain(std::iter::once(' ')) {
        if let Some(c) = character(c) {
            word.push(c);
        } else if word.chars > 0 {
            add(&word);
            word = WordHash::new();
            count += 1;
            if count == MAX_WORDS {
                break;
            }
        }
    }
}

/// The hash of a word and of its beginning.
struct WordHash {
    whole: u32,
    beginning: u32,
    chars: usize,
    last: u8,
}

impl WordHash {
    fn new() -> Self {
        Self {
            whole: HASH_SEED,
            beginning: HASH_SEED,
            chars: 0,
            last: 0,
        }
    }

    fn push(&mut self, character: u8) {
        // "ue" for "ü"
        if character == b'e' && matches!(self.last, b'a' | b'o' | b'u') {
            self.last = 0;
            return;
        }
        self.last = character;
        self.whole = (self.whole ^ u32::from(character)).wrapping_mul(HASH_PRIME);
        self.chars += 1;
        if self.chars <= STEM_CHARS {
            self.beginning = self.whole;
        }
    }

    fn stem(&self) -> u32 {
        self.beginning | 1
    }
}

/// A character in lower case without accent; digits are equal. `None` for a character that is no part of a word.
fn character(c: char) -> Option<u8> {
    if c.is_ascii() {
        return match c {
            'a'..='z' => u8::try_from(c).ok(),
            'A'..='Z' => u8::try_from(c.to_ascii_lowercase()).ok(),
            '0'..='9' => Some(b'0'),
            // An apostrophe separates elided articles.
            _ => None,
        };
    }
    let plain = match c {
        'à'..='å' | 'À'..='Å' | 'ą' | 'Ą' | 'ă' | 'Ă' | 'æ' | 'Æ' => b'a',
        'ç' | 'Ç' | 'ć' | 'Ć' | 'č' | 'Č' => b'c',
        'è'..='ë' | 'È'..='Ë' | 'ę' | 'Ę' | 'ě' | 'Ě' => b'e',
        'ğ' | 'Ğ' => b'g',
        'ì'..='ï' | 'Ì'..='Ï' | 'ı' | 'İ' => b'i',
        'ł' | 'Ł' => b'l',
        'ñ' | 'Ñ' | 'ń' | 'Ń' => b'n',
        'ò'..='ö' | 'Ò'..='Ö' | 'ø' | 'Ø' | 'ő' | 'Ő' => b'o',
        'ß' | 'ś' | 'Ś' | 'ş' | 'Ş' | 'š' | 'Š' => b's',
        'ù'..='ü' | 'Ù'..='Ü' | 'ű' | 'Ű' => b'u',
        'ý' | 'Ý' | 'ÿ' => b'y',
        'ź' | 'Ź' | 'ż' | 'Ż' | 'ž' | 'Ž' => b'z',
        c if c.is_alphanumeric() => u8::try_from(u32::from(c) % 101 + 128).unwrap_or(128),
        _ => return None,
    };
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_numbers_do_not_matter() {
        assert_eq!(
            sentence_features("Wir können am 12. März", false),
            sentence_features("wir koennen AM 34. Maerz", false)
        );
        assert_ne!(
            sentence_features("your application", false),
            sentence_features("your application", true)
        );
        assert_ne!(
            sentence_features("not you but them", false),
            sentence_features("you but not them", false)
        );
        assert!(sentence_features("", false).is_empty());
    }
}
