//! Features of a message for the model: counts of hashed words, word bigrams and character 5-grams of sender, subject and text; separate
//! counts for the subject and the first sentences; a few properties; and the numbers of sentences that match rules.

use super::KINDS;
use crate::classifier::{document::Document, ruleset::Strength, verdict::Statements};
use crate::parser::{Headers, Message};

/// Number of hash buckets, several times the number of learned features, so that collisions are rare.
pub const BUCKETS: usize = 1 << 22;
/// Length of the character n-grams. The spaces before and after a word are part of its n-grams.
const PART_CHARS: usize = 5;
/// Number of first sentences with separate features, because a message often states its purpose at the beginning.
const OPENING_SENTENCES: usize = 2;
/// Vector length of the features of subject and first sentences, relative to the words of the whole message.
const OPENING_SHARE: f32 = 0.5;
/// Vector length of the properties, relative to the words of the whole message.
const PROPERTY_SHARE: f32 = 0.05;
/// Maximum number of words read per message; the rest are ignored.
const MAX_WORDS: usize = 3_000;
const HASH_SEED: u32 = 0x811c_9dc5;
const HASH_PRIME: u32 = 0x0100_0193;
const PAIR_MIX: u32 = 0x9e37_79b1;
const PART_MARK: u32 = 0x85eb_ca6b;
const PROPERTY_MARK: u32 = 0xc2b2_ae35;
const OPENING_MIX: u32 = 0x27d4_eb2f;
const SUBJECT_MARK: u32 = 1;
const SENTENCE_MARK: u32 = 3;

/// A feature and the number of its occurrences in a message.
pub type Count = (u32, u16);

/// Number of feature groups. Each is normalized on its own.
pub const GROUPS: usize = 4;
/// Cap on the number of sentences per kind.
const MAX_SENTENCES: u8 = 3;

/// The features of a message, in groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFeatures {
    /// Words and word bigrams.
    pub words: Vec<Count>,
    /// Character n-grams.
    pub parts: Vec<Count>,
    /// Words, word bigrams and character n-grams of the subject, and words and word bigrams of the first sentences.
    pub opening: Vec<Count>,
    /// Properties of the message.
    pub properties: Vec<Count>,
    /// For each kind, the number of sentences that match its strong rules, then its weak rules.
    pub sentences: [[u8; KINDS.len()]; 2],
}

impl MessageFeatures {
    pub fn new(
        message: &Message,
        document: &Document<'_>,
        statements: &Statements<'_>,
        properties: Properties,
    ) -> Self {
        let headers = &message.headers;
        // The plain and the HTML part usually contain the same text, so only one is read.
        let texts = if message.plain.sentences.is_empty() {
            &message.html
        } else {
            &message.plain
        };
        let texts = texts.sentences.lines();
        let mut reader = FeatureReader::default();
        reader.read(document.subject);
        let opening = opening_features(&reader, document);
        reader.read(&headers.from_name);
        reader.read(&headers.from);
        for text in texts {
            reader.read(text);
        }
        Self {
            words: count(reader.words),
            parts: count(reader.parts),
            opening: count(opening),
            properties: count(property_features(headers, document, statements, properties)),
            sentences: [Strength::Strong, Strength::Weak]
                .map(|strength| KINDS.map(|kind| sentence_count(statements.count(kind, strength)))),
        }
    }

    /// The words and word bigrams of a text.
    pub fn words_of(text: &str) -> Vec<Count> {
        let mut reader = FeatureReader {
            skips_parts: true,
            ..FeatureReader::default()
        };
        reader.read(text);
        count(reader.words)
    }

    /// The words, word bigrams and character n-grams of a text.
    #[cfg(test)]
    pub fn of_text(text: &str) -> Self {
        let mut reader = FeatureReader::default();
        reader.read(text);
        Self {
            words: count(reader.words),
            parts: count(reader.parts),
            ..Self::default()
        }
    }

    /// The feature groups and the vector length that each is scaled to. Properties are few, so with the same length as the words they would
    /// dominate.
    pub fn groups(&self) -> [(&[Count], f32); GROUPS] {
        [
            (&self.words, 1.0),
            (&self.parts, 1.0),
            (&self.opening, OPENING_SHARE),
            (&self.properties, PROPERTY_SHARE),
        ]
    }
}

/// Properties of a message that do not follow from its words.
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

fn property_features(
    headers: &Headers,
    document: &Document<'_>,
    statements: &Statements<'_>,
    properties: Properties,
) -> Vec<u32> {
    let (job, application, foreign) = statements.contexts();
    let counts = [
        job,
        application,
        foreign,
        document.assertions.len(),
        properties.links,
    ];
    let counts = counts
        .into_iter()
        .zip(0_u32..)
        .map(|(count, group)| group * 8 + magnitude(count));
    let flags = [
        properties.is_platform,
        properties.is_strict,
        properties.is_job_board,
        properties.is_recruiting_address,
        !headers.in_reply_to.is_empty(),
        document.languages.is_empty(),
        properties.has_calendar,
    ];
    let flags = flags.into_iter().zip(40_u32..).filter(|(is_set, _)| *is_set);
    let statements = statements
        .strong_evidence()
        .map(|evidence| 64 + evidence.kind as u32);
    let all = counts.chain(flags.map(|(_, flag)| flag)).chain(statements);
    all.map(|property| bucket(property.wrapping_mul(HASH_PRIME) ^ PROPERTY_MARK))
        .collect()
}

/// Features of the subject, which `subject` has read, and of the first sentences. They are hashed differently from the same words in the
/// whole message, so they have their own weights.
fn opening_features(subject: &FeatureReader, document: &Document<'_>) -> Vec<u32> {
    let mark = |features: &[u32], mark: u32| -> Vec<u32> {
        let marked = features
            .iter()
            .map(|feature| bucket(feature.wrapping_mul(OPENING_MIX) ^ mark));
        marked.collect()
    };
    let mut features = mark(&subject.words, SUBJECT_MARK);
    features.extend(mark(&subject.parts, SUBJECT_MARK));
    let sentences = document.assertions.iter().filter(|sentence| !sentence.is_empty());
    for sentence in sentences.take(OPENING_SENTENCES) {
        let mut reader = FeatureReader {
            skips_parts: true,
            ..FeatureReader::default()
        };
        reader.read(sentence);
        features.extend(mark(&reader.words, SENTENCE_MARK));
    }
    features
}

fn sentence_count(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX).min(MAX_SENTENCES)
}

/// Logarithmic bucket of a count: 0, 1 and 2 are their own buckets; 3–4 is 3, 5–8 is 4, and so on; more than 32 is 7.
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

/// Counts equal features. The result is sorted by feature.
fn count(mut features: Vec<u32>) -> Vec<Count> {
    features.sort_unstable();
    let groups = features.chunk_by(|a, b| a == b);
    groups
        .filter_map(|group| Some((*group.first()?, u16::try_from(group.len()).unwrap_or(u16::MAX))))
        .collect()
}

/// Splits text into words and collects their features.
#[derive(Default)]
struct FeatureReader {
    words: Vec<u32>,
    parts: Vec<u32>,
    /// Folded characters of the current word.
    word: Vec<u8>,
    /// Characters of the current whitespace-separated token, including punctuation.
    chunk: Vec<u8>,
    /// Hash of the previous word.
    before: Option<u32>,
    /// Number of words read.
    count: usize,
    /// Whether character n-grams are left out.
    skips_parts: bool,
}

impl FeatureReader {
    fn read(&mut self, text: &str) {
        for c in text.chars() {
            let folded = character(c);
            match folded {
                // "ue" is read as "ü".
                Some(b'e') if matches!(self.word.last(), Some(b'a' | b'o' | b'u')) => continue,
                Some(folded) => self.word.push(folded),
                None => self.end_word(),
            }
            if self.skips_parts {
                continue;
            }
            if c.is_whitespace() {
                self.end_chunk();
            } else if let Some(part) = folded.or_else(|| u8::try_from(c).ok()) {
                self.chunk.push(part);
            }
        }
        self.end_word();
        self.end_chunk();
    }

    fn end_word(&mut self) {
        if !self.word.is_empty() && self.count < MAX_WORDS {
            self.count += 1;
            let hash = hash(&self.word);
            self.words.push(bucket(hash));
            if let Some(before) = self.before.replace(hash) {
                self.words
                    .push(bucket(before.wrapping_mul(PAIR_MIX).rotate_left(7) ^ hash));
            }
        }
        self.word.clear();
    }

    fn end_chunk(&mut self) {
        if !self.chunk.is_empty() && self.count < MAX_WORDS {
            self.chunk.insert(0, b' ');
            self.chunk.push(b' ');
            let parts = self.chunk.windows(PART_CHARS.min(self.chunk.len()));
            self.parts
                .extend(parts.map(|part| bucket(hash(part) ^ PART_MARK)));
        }
        self.chunk.clear();
    }
}

fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(HASH_SEED, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(HASH_PRIME)
    })
}

/// Mixes the bits of a hash and reduces it to a bucket.
fn bucket(hash: u32) -> u32 {
    let mixed = (hash ^ (hash >> 15)).wrapping_mul(PAIR_MIX);
    (mixed ^ (mixed >> 13)) & (u32::try_from(BUCKETS).unwrap_or(1) - 1)
}

/// A character in lower case without its accent; all digits become `0`. `None` for characters that separate words.
fn character(c: char) -> Option<u8> {
    if c.is_ascii() {
        return match c {
            'a'..='z' => u8::try_from(c).ok(),
            'A'..='Z' => u8::try_from(c.to_ascii_lowercase()).ok(),
            '0'..='9' => Some(b'0'),
            // This includes apostrophes, which separate elided articles ("l'entreprise").
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
        let features = MessageFeatures::of_text;
        assert_eq!(
            features("Wir können am 12. März"),
            features("wir koennen AM 34. Maerz")
        );
        assert_ne!(features("not you but them"), features("you but not them"));
        assert_eq!(features("  "), MessageFeatures::default());
    }

    #[test]
    fn repeated_words_are_counted() {
        let repeated = MessageFeatures::of_text("no no no");
        let mut counts: Vec<u16> = repeated.words.iter().map(|(_, count)| *count).collect();
        counts.sort_unstable();
        assert_eq!(counts, [2, 3], "the pair and the word");
    }
}
