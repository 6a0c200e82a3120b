//! Computes the features of a candidate: its form, its context in the message, and what captured it.

use super::features::{Features, Property, count, hash_word, shape};
use crate::classifier::fields::{
    forms::{begins_like_a_name, is_capitalized},
    groups::Group,
    names::NameContext,
    organizations::{has_folded_organization_word, has_organization_word, names_folded_body},
    tagger::Boundaries,
};
use crate::match_key::{self, is_gender_note};
use memchr::memmem::Finder;

/// Punctuation within a value that is a feature.
const MARKS: [char; 11] = [',', '(', '/', '|', '&', ':', '.', '\'', '"', '#', '+'];
const DASHES: [&str; 3] = [" - ", " – ", " — "];
/// Length of the suffix of the last word that is a feature, in characters.
const ENDING_CHARS: usize = 4;
/// Words for a pay grade.
const GRADE_WORDS: [&str; 14] = [
    "band",
    "grade",
    "level",
    "scale",
    "schaal",
    "niveau",
    "nivel",
    "livello",
    "grupo",
    "tvöd",
    "entgeltgruppe",
    "step",
    "point",
    "spine",
];
/// Boundaries of the buckets that tag probabilities are divided into.
const PROBABILITY_LEVELS: [f32; 8] = [0.005, 0.02, 0.06, 0.15, 0.35, 0.6, 0.85, 0.96];
/// Maximum number of lines whose words next to the value become features.
const MAX_DESCRIBED_LINES: usize = 3;

/// Adds features for the form of a value: its words, punctuation and capitalization.
pub fn describe_form(features: &mut Features, context: &NameContext<'_>, value: &str) {
    use Property::{
        BeginsLikeName, Body, Capitalized, Digit, Ending, FirstIsFunctionWord, FirstWord, FunctionWords,
        LastIsFunctionWord, LastWord, LowerCaseWords, Mark, OnlyWord, OrganizationWord, Shape, TitleWord,
        Words,
    };
    let words: Vec<&str> = value.split(' ').collect();
    features.add(Words, [count(words.len(), 8)]);
    for (number, mark) in (0..).zip(MARKS) {
        if value.contains(mark) {
            features.add(Mark, [number]);
        }
    }
    if DASHES.iter().any(|dash| value.contains(dash)) {
        features.add(Mark, [u32::MAX]);
    }
    features.add_if(value.contains(|c: char| c.is_ascii_digit()), Digit);
    features.add_if(is_capitalized(value), Capitalized);
    features.add_if(begins_like_a_name(value), BeginsLikeName);
    let folded = match_key::fold(value);
    features.add_if(context.has_folded_title_word(&folded), TitleWord);
    features.add_if(has_folded_organization_word(value, &folded), OrganizationWord);
    features.add_if(names_folded_body(value, &folded), Body);
    let is_function_word: Vec<bool> = words
        .iter()
        .map(|word| context.is_function_word(&word.to_lowercase()))
        .collect();
    let (first, last) = (words.first().unwrap_or(&""), words.last().unwrap_or(&""));
    features.add_if(is_function_word.starts_with(&[true]), FirstIsFunctionWord);
    features.add_if(is_function_word.ends_with(&[true]), LastIsFunctionWord);
    let function_words = is_function_word.iter().filter(|is_so| **is_so).count();
    features.add(FunctionWords, [count(function_words, 4)]);
    if words.len() > 1 {
        features.add(FirstWord, [hash_word(first)]);
        features.add(LastWord, [hash_word(last)]);
    } else {
        features.add(OnlyWord, [hash_word(first)]);
    }
    let ending = last.char_indices().rev().nth(ENDING_CHARS - 1);
    let ending = last.get(ending.map_or(0, |(at, _)| at)..).unwrap_or_default();
    features.add(Ending, [hash_word(ending)]);
    let shapes = words.iter().take(5).fold(1, |all, word| all * 8 + shape(word));
    features.add(Shape, [shapes]);
    let lower_case = words.iter().filter(|w| w.starts_with(char::is_lowercase)).count();
    features.add(LowerCaseWords, [count(lower_case, 4)]);
}

/// Adds features for where a value occurs in subject and text, and for the words next to it.
pub fn describe_surroundings(features: &mut Features, context: &NameContext<'_>, value: &str) {
    use Property::{
        Behind, Enclosed, FirstLine, Glued, Occurrences, OccurrencesInText, Part, ShapeAfter, ShapeBefore,
        SubjectEnds, WholeLine, WordAfter, WordAfterInLanguage, WordBefore, WordBeforeInLanguage,
    };
    let language = language_of(context);
    let (mut all, mut in_text) = (0, 0);
    let finder = Finder::new(value);
    let lines = std::iter::once(&context.subject).chain(context.sentences);
    for (number, line) in lines.enumerate() {
        let Some(start) = finder.find(line.as_bytes()) else {
            continue;
        };
        let before = line.get(..start).unwrap_or_default();
        let after = line.get(start + value.len()..).unwrap_or_default();
        let part = if number == 0 {
            0
        } else if context.signature.contains(line) {
            1
        } else {
            in_text += 1;
            2
        };
        if all == 0 {
            features.add(FirstLine, [count(number, 6)]);
        }
        all += 1;
        features.add(Part, [part]);
        if before.is_empty() && after.is_empty() {
            features.add(WholeLine, [part]);
        }
        if all > MAX_DESCRIBED_LINES {
            continue;
        }
        features.add_if(!before.is_empty() && !before.ends_with(' '), Glued);
        let behind = after
            .chars()
            .next()
            .map_or(0, |c| if c.is_alphanumeric() { 1 } else { u32::from(c) });
        features.add(Behind, [behind]);
        let front = before
            .chars()
            .next_back()
            .map_or(0, |c| if c.is_alphanumeric() { 1 } else { u32::from(c) });
        features.add(Enclosed, [front, behind]);
        let previous = before.trim_end().rsplit(' ').next().unwrap_or_default();
        let next = after.trim_start().split(' ').next().unwrap_or_default();
        let (previous_hash, next_hash) = (hash_word(previous), hash_word(next));
        features.add(WordBefore, [part, previous_hash]);
        features.add(WordAfter, [part, next_hash]);
        features.add(WordBeforeInLanguage, [language, previous_hash]);
        features.add(WordAfterInLanguage, [language, next_hash]);
        features.add(ShapeBefore, [part, shape(previous)]);
        features.add(ShapeAfter, [part, shape(next)]);
        if part == 0 {
            features.add(
                SubjectEnds,
                [u32::from(before.is_empty()), u32::from(after.is_empty())],
            );
        }
    }
    features.add(Occurrences, [count(all, 5)]);
    features.add(OccurrencesInText, [count(in_text, 4)]);
}

/// Adds features for what captured the value, or captured the longer value if the candidate is a part.
pub fn describe_captures(
    features: &mut Features,
    context: &NameContext<'_>,
    group: &Group<'_>,
    is_part: bool,
) {
    use Property::{Capture, Captures, Source, SourceBySender, SourceCount};
    let is_part = u32::from(is_part);
    let is_platform = u32::from(context.sender.is_platform);
    let mut captures: Vec<(u32, u32, u32)> = group
        .captures
        .iter()
        .map(|c| (c.source as u32, hash_word(c.name), c.plausibility()))
        .collect();
    captures.sort_unstable();
    features.add(Captures, [is_part, count(captures.len(), 6)]);
    captures.dedup();
    for (source, name, plausibility) in &captures {
        features.add(Capture, [is_part, *source, *name, *plausibility]);
        features.add(Capture, [is_part, *source, *name]);
    }
    let mut sources: Vec<u32> = captures.iter().map(|(source, ..)| *source).collect();
    sources.dedup();
    for source in &sources {
        features.add(Source, [is_part, *source]);
        features.add(SourceBySender, [is_part, is_platform, *source]);
    }
    features.add(SourceCount, [is_part, count(sources.len(), 6)]);
}

/// Adds features for the tagger's probabilities that a name begins and ends where the value does.
pub fn describe_boundaries(features: &mut Features, boundaries: Option<Boundaries>) {
    use Property::{Begins, BeginsAndEnds, Contains, ContainsBefore, ContainsBehind, Ends, Untagged};
    let Some(boundaries) = boundaries else {
        features.add(Untagged, []);
        return;
    };
    let (begins, ends) = (level(boundaries.begins), level(boundaries.ends));
    let behind = level(boundaries.contains_behind);
    features.add(Begins, [begins]);
    features.add(Contains, [level(boundaries.contains)]);
    features.add(Ends, [ends]);
    features.add(BeginsAndEnds, [begins, ends]);
    features.add(ContainsBefore, [level(boundaries.contains_before), begins]);
    features.add(ContainsBehind, [behind, ends]);
}

/// Index of the bucket that a probability belongs to.
fn level(probability: f32) -> u32 {
    count(
        PROBABILITY_LEVELS
            .iter()
            .filter(|level| probability >= **level)
            .count(),
        u32::MAX,
    )
}

/// Adds features for the text that was cut off: kind and side of the cut, and its words.
pub fn describe_cut(
    features: &mut Features,
    context: &NameContext<'_>,
    (kind, is_before): (u32, bool),
    cut: &str,
) {
    use Property::{Cut, CutAndWord, CutInLanguage, CutIs, CutLastWord, CutShape, CutWord, CutWords};
    let cut = cut.trim_matches(|c: char| !c.is_alphanumeric());
    let side = u32::from(is_before);
    let words = count(cut.split(' ').count(), 5);
    let first = cut.split(' ').next().unwrap_or_default();
    let last = cut.rsplit(' ').next().unwrap_or_default();
    features.add(Cut, [side, kind]);
    features.add(CutShape, [side, kind, shape(first)]);
    features.add(CutInLanguage, [side, kind, language_of(context)]);
    features.add(CutWord, [side, hash_word(first)]);
    features.add(CutAndWord, [side, kind, hash_word(first)]);
    features.add(CutLastWord, [side, hash_word(last)]);
    features.add(CutWords, [side, words]);
    features.add(CutWords, [side, words, kind]);
    let properties = [
        context.has_title_word(cut),
        has_organization_word(cut),
        cut.contains(|c: char| c.is_ascii_digit()),
        is_gender_note(cut),
        context.is_function_word(&first.to_lowercase()),
        is_capitalized(cut),
        context.display_name.contains(cut),
        cut.contains('/'),
        context.names_town(cut),
        cut.split_once(')')
            .is_some_and(|(note, rest)| is_gender_note(note) && !rest.is_empty()),
        is_grade(cut),
    ];
    for (number, is_so) in (0..).zip(properties) {
        if is_so {
            features.add(CutIs, [side, number]);
            features.add(CutIs, [side, number, kind]);
        }
    }
}

/// Whether a text is a pay grade: "Band 6", "EG 9b", "Schaal 8".
fn is_grade(cut: &str) -> bool {
    let is_number = |word: &str| word.len() <= 3 && word.starts_with(|c: char| c.is_ascii_digit());
    let mut words = cut
        .split([' ', '/', '-'])
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some()
        && cut.chars().any(|c| c.is_ascii_digit())
        && words.all(|word| {
            let letters = word.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_lowercase());
            is_number(word)
                || GRADE_WORDS.contains(&word.to_lowercase().as_str())
                || (letters.chars().count() <= 3 && letters.chars().all(char::is_uppercase))
        })
}

fn language_of(context: &NameContext<'_>) -> u32 {
    let language = context.languages.first();
    language.map_or(0, |language| hash_word(&language.code))
}
