//! Finds job titles by the words in and around them, beside the rules: for each word, three logistic regressions say how probable it is
//! that a title begins with it, contains it, and ends with it. Their weights are learned from labelled messages by the example
//! `mail-train` and committed.

mod features;
mod weights;

pub use features::{TAGGER_BUCKETS, TaggedLine, Token};
pub use weights::{TAGS, Tagger};

use std::ops::Range;

/// A title has at most so many words and marks.
const MAX_TOKENS: usize = 12;
/// A title does not begin or end with a less probable word.
const MIN_PROBABILITY: f32 = 0.02;
/// Less probable titles are not considered.
const MIN_SPAN_PROBABILITY: f32 = 0.004;

/// What may be a title.
#[derive(Clone, Debug, PartialEq)]
pub struct TitleSpan {
    /// The bytes of the line.
    pub range: Range<usize>,
    /// From 0 to 1; probabilities of overlapping spans are independent.
    pub probability: f32,
}

impl Tagger {
    /// The spans of a line that may be titles.
    pub fn find_titles(&self, line: &TaggedLine<'_>) -> Vec<TitleSpan> {
        let tokens = line.tokens();
        let tags = self.tag(line);
        let mut spans = Vec::new();
        for (first, [begins, ..]) in tags.iter().enumerate() {
            if *begins < MIN_PROBABILITY {
                continue;
            }
            let mut inside = 1.0_f32;
            for (last, [_, contains, ends]) in tags.iter().enumerate().skip(first).take(MAX_TOKENS) {
                inside *= contains.max(MIN_PROBABILITY);
                let words = last - first + 1;
                let mean = inside.powf(1.0 / f32::from(u8::try_from(words).unwrap_or(u8::MAX)));
                let probability = begins * ends * mean;
                if *ends >= MIN_PROBABILITY
                    && probability >= MIN_SPAN_PROBABILITY
                    && let (Some(first), Some(last)) = (tokens.get(first), tokens.get(last))
                {
                    spans.push(TitleSpan {
                        range: first.range.start..last.range.end,
                        probability,
                    });
                }
            }
        }
        spans
    }
}
