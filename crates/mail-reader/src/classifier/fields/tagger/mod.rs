//! Finds titles and companies by the words in and around them, beside the rules: for each word, logistic regressions say how probable it
//! is that a name begins with it, contains it, and ends with it. Their weights are learned from labelled messages by the example
//! `mail-train` and committed.

mod features;
mod places;
mod tagged_text;
mod weights;

pub use features::{TAGGER_BUCKETS, TaggedLine, Token, mark_places};
pub use places::LinePosition;
pub use tagged_text::{Boundaries, TaggedText};
pub use weights::{TAGS, Tagger};

use std::ops::Range;

/// What the tagger finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaggedField {
    /// The title of the job.
    Title,
    /// The employer.
    Company,
}

impl TaggedField {
    /// The position of its first tag.
    pub fn first_tag(self) -> usize {
        match self {
            Self::Title => 0,
            Self::Company => TAGS / 2,
        }
    }
}

/// A name has at most so many words and marks.
const MAX_TOKENS: usize = 12;
/// A name does not begin or end with a less probable word.
const MIN_PROBABILITY: f32 = 0.005;
/// Less probable names are not considered.
const MIN_SPAN_PROBABILITY: f32 = 0.0005;

/// What may be a title or a company.
#[derive(Clone, Debug, PartialEq)]
pub struct TaggedSpan {
    pub field: TaggedField,
    /// The bytes of the line.
    pub range: Range<usize>,
    /// From 0 to 1; those of overlapping spans are independent.
    pub probability: f32,
}

/// How probable it is that a name begins with a word, contains it, and ends with it.
fn probabilities_of(tags: &[f32; TAGS], field: TaggedField) -> [f32; 3] {
    let mut tags = tags.iter().skip(field.first_tag());
    [(); 3].map(|()| tags.next().copied().unwrap_or_default())
}

fn add_spans(spans: &mut Vec<TaggedSpan>, tokens: &[Token], tags: &[[f32; TAGS]], field: TaggedField) {
    for (first, tag) in tags.iter().enumerate() {
        let [begins, ..] = probabilities_of(tag, field);
        if begins < MIN_PROBABILITY {
            continue;
        }
        let mut inside = 1.0_f32;
        for (last, tag) in tags.iter().enumerate().skip(first).take(MAX_TOKENS) {
            let [_, contains, ends] = probabilities_of(tag, field);
            inside *= contains.max(MIN_PROBABILITY);
            let words = u8::try_from(last - first + 1).unwrap_or(u8::MAX);
            let probability = begins * ends * inside.powf(1.0 / f32::from(words));
            if ends >= MIN_PROBABILITY
                && probability >= MIN_SPAN_PROBABILITY
                && let (Some(first), Some(last)) = (tokens.get(first), tokens.get(last))
            {
                spans.push(TaggedSpan {
                    field,
                    range: first.range.start..last.range.end,
                    probability,
                });
            }
        }
    }
}
