//! Hashed features of the candidates; the ranker has a learned weight for each.

/// Number of hash buckets for features.
pub const FEATURES: usize = 1 << 16;

/// The kind of a feature. It is hashed together with words or numbers that specify it.
#[derive(Clone, Copy)]
pub enum Property {
    // Form of the value.
    Words,
    Mark,
    Digit,
    Capitalized,
    BeginsLikeName,
    TitleWord,
    OrganizationWord,
    Body,
    FirstWord,
    LastWord,
    OnlyWord,
    Ending,
    Shape,
    LowerCaseWords,
    FunctionWords,
    FirstIsFunctionWord,
    LastIsFunctionWord,
    // Position and context in the message.
    FirstLine,
    Part,
    WholeLine,
    Glued,
    Behind,
    Enclosed,
    WordBefore,
    WordAfter,
    WordBeforeInLanguage,
    WordAfterInLanguage,
    ShapeBefore,
    ShapeAfter,
    SubjectEnds,
    Occurrences,
    OccurrencesInText,
    // Sources and patterns that captured it.
    Source,
    SourceBySender,
    Capture,
    Captures,
    SourceCount,
    // Tagger probabilities at its boundaries.
    Untagged,
    Begins,
    Contains,
    Ends,
    BeginsAndEnds,
    ContainsBefore,
    ContainsBehind,
    // Text that was cut off the captured value.
    Cut,
    CutShape,
    CutInLanguage,
    CutWord,
    CutAndWord,
    CutLastWord,
    CutWords,
    CutIs,
    // Overlap with other captured values.
    BeginsLonger,
    EndsLonger,
    WithinOther,
    ContinuesShorter,
    EndsWithShorter,
    // Only for companies.
    Person,
    Writing,
    Fit,
    FitAndWord,
    Sender,
    DisplayName,
    Domain,
    // Only for titles.
    TitleEnds,
    CompanyWithin,
    InSignature,
    PersonWithTitle,
    // Only for the option that no candidate is correct.
    Nothing,
    NothingBySender,
    NothingOf,
    NothingBeside,
    NothingWithSource,
}

/// Collects the features of a candidate.
#[derive(Clone, Debug, Default)]
pub struct Features {
    pub list: Vec<u16>,
    seed: u32,
}

impl Features {
    /// An empty list. Features of companies and titles are hashed with different seeds, so they have separate weights.
    pub fn new(is_title: bool) -> Self {
        Self {
            list: Vec::with_capacity(64),
            seed: u32::from(is_title),
        }
    }

    /// Adds the feature of a property and its details, such as a word hash or a count.
    pub fn add<const N: usize>(&mut self, property: Property, details: [u32; N]) {
        let first = mix(self.seed, property as u32);
        let hash = details.into_iter().fold(first, mix);
        let [high, low, ..] = hash.to_be_bytes();
        self.list.push(u16::from_be_bytes([high, low]));
    }

    /// Adds a property without details if `is_there`.
    pub fn add_if(&mut self, is_there: bool, property: Property) {
        if is_there {
            self.add(property, []);
        }
    }
}

fn mix(hash: u32, value: u32) -> u32 {
    let mixed = (hash.rotate_left(5) ^ value.wrapping_add(1)).wrapping_mul(0x9E37_79B1);
    mixed ^ (mixed >> 15)
}

/// Hash of a word that ignores case and does not distinguish digits.
pub fn hash_word(word: &str) -> u32 {
    hash_letters(plain_letters(word))
}

/// The characters of a word in lower case, with every numeric character replaced by `0`.
pub fn plain_letters(word: &str) -> impl Iterator<Item = char> {
    let plain = word.chars().map(|c| if c.is_numeric() { '0' } else { c });
    plain.flat_map(char::to_lowercase)
}

/// FNV-1a hash over code points.
pub fn hash_letters(letters: impl IntoIterator<Item = char>) -> u32 {
    letters.into_iter().fold(0x811C_9DC5, |hash, c| {
        (hash ^ u32::from(c)).wrapping_mul(0x0100_0193)
    })
}

/// A count, capped at `max`.
pub fn count(things: usize, max: u32) -> u32 {
    u32::try_from(things).unwrap_or(max).min(max)
}

/// Shape class of a word: 0 empty, 1 with digits, 2 only punctuation, 3 all capitals, 4 capitalized, 5 lower case, 6 other.
pub fn shape(word: &str) -> u32 {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    if word.is_empty() {
        0
    } else if word.chars().any(|c| c.is_ascii_digit()) {
        1
    } else if !word.chars().any(char::is_alphanumeric) {
        2
    } else if letters.clone().nth(1).is_some() && letters.all(char::is_uppercase) {
        3
    } else if word.starts_with(char::is_uppercase) {
        4
    } else if word.starts_with(char::is_lowercase) {
        5
    } else {
        6
    }
}
