//! What speaks for or against a value: numbered features, each with a learned weight.

/// The number of features.
pub const FEATURES: usize = 1 << 16;

/// What a feature says. Together with words or numbers it is hashed.
#[derive(Clone, Copy)]
pub enum Property {
    // The form of the value.
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
    // Where it stands.
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
    // What captured it.
    Source,
    SourceBySender,
    Capture,
    Captures,
    SourceCount,
    // What the tagger says about its ends.
    Untagged,
    Begins,
    Contains,
    Ends,
    BeginsAndEnds,
    ContainsBefore,
    ContainsBehind,
    // What was cut off.
    Cut,
    CutShape,
    CutInLanguage,
    CutWord,
    CutAndWord,
    CutLastWord,
    CutWords,
    CutIs,
    // Other values.
    BeginsLonger,
    EndsLonger,
    WithinOther,
    ContinuesShorter,
    EndsWithShorter,
    // The company.
    Person,
    Writing,
    Fit,
    FitAndWord,
    Sender,
    DisplayName,
    Domain,
    // The title.
    TitleEnds,
    CompanyWithin,
    InSignature,
    PersonWithTitle,
    // That nothing is right.
    Nothing,
    NothingBySender,
    NothingOf,
    NothingBeside,
    NothingWithSource,
}

/// The features of a value.
#[derive(Clone, Debug, Default)]
pub struct Features {
    pub list: Vec<u16>,
    seed: u32,
}

impl Features {
    /// An empty list. Those of company and title differ.
    pub fn new(is_title: bool) -> Self {
        Self {
            list: Vec::with_capacity(64),
            seed: u32::from(is_title),
        }
    }

    /// Adds a property with what specifies it.
    pub fn add<const N: usize>(&mut self, property: Property, details: [u32; N]) {
        let first = mix(self.seed, property as u32);
        let hash = details.into_iter().fold(first, mix);
        let [high, low, ..] = hash.to_be_bytes();
        self.list.push(u16::from_be_bytes([high, low]));
    }

    /// Adds a property if it is there.
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

/// A number for a word, whatever its case and its digits.
pub fn hash_word(word: &str) -> u32 {
    hash_letters(plain_letters(word))
}

/// The letters of a word in lower case. A number says no more than that it is one.
pub fn plain_letters(word: &str) -> impl Iterator<Item = char> {
    let plain = word.chars().map(|c| if c.is_numeric() { '0' } else { c });
    plain.flat_map(char::to_lowercase)
}

/// A number for letters (FNV-1a over their code points).
pub fn hash_letters(letters: impl IntoIterator<Item = char>) -> u32 {
    letters.into_iter().fold(0x811C_9DC5, |hash, c| {
        (hash ^ u32::from(c)).wrapping_mul(0x0100_0193)
    })
}

/// A number of things, of which so many are counted.
pub fn count(things: usize, max: u32) -> u32 {
    u32::try_from(things).unwrap_or(max).min(max)
}

/// What a word looks like.
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
