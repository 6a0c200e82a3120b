//! Finds titles and companies in addition to the rules: for each token, logistic regressions predict the probabilities that a name begins
//! with it, contains it, and ends with it. The example `mail-train` trains the weights on labeled messages; the weights file is committed.

mod features;
mod places;
mod tagged_text;
mod weights;

pub use features::{TAGGER_BUCKETS, TaggedLine, Token, mark_places};
pub use places::LinePosition;
pub use tagged_text::{Boundaries, TaggedText};
pub use weights::{TAGS, Tagger};

use std::ops::Range;

/// The fields that the tagger finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaggedField {
    /// The job title.
    Title,
    /// The employer.
    Company,
}

impl TaggedField {
    /// Index of the field's first tag.
    pub fn first_tag(self) -> usize {
        match self {
            Self::Title => 0,
            Self::Company => TAGS / 2,
        }
    }
}

/// Maximum number of tokens in a name.
const MAX_TOKENS: usize = 12;
/// Minimum probability of a token to begin or end a name. Inside a name, lower probabilities are raised to it.
const MIN_PROBABILITY: f32 = 0.005;
/// Minimum probability of a name to be considered.
const MIN_SPAN_PROBABILITY: f32 = 0.0005;

/// A part of a line that may be a title or a company.
#[derive(Clone, Debug, PartialEq)]
pub struct TaggedSpan {
    pub field: TaggedField,
    /// Byte range in the line.
    pub range: Range<usize>,
    /// From 0 to 1. Overlapping spans are rated independently of each other.
    pub probability: f32,
}

/// The probabilities that a name begins with a token, contains it, and ends with it.
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
