//! The tagger's weights and their file format.

use super::features::{TAGGER_BUCKETS, TaggedLine};
use crate::classifier::feature_rows::FeatureRows;
use std::borrow::Cow;

/// Number of tags per token: a title begins with it, contains it, ends with it; the same three for a company.
pub const TAGS: usize = 6;
/// Bytes read per row. The first [`TAGS`] are its weights; the rest are ignored.
const ROW: usize = 8;

static FILE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/rulesets/tags.bin"));

/// A logistic regression per tag, with weights stored as multiples of `step`.
pub struct Tagger {
    rows: FeatureRows<ROW>,
    bias: [f32; TAGS],
    /// Value of a stored weight of 1.
    step: f32,
}

impl Tagger {
    /// The tagger with the weights embedded in the binary; `None` if their file is invalid.
    pub fn embedded() -> Option<Self> {
        Self::read(Cow::Borrowed(FILE))
    }

    /// Parses a weights file: the step, a bias per tag, and a row per feature with its number and a byte per tag. `None` if it is invalid.
    pub fn parse(file: &[u8]) -> Option<Self> {
        Self::read(Cow::Owned(file.to_vec()))
    }

    fn read(file: Cow<'static, [u8]>) -> Option<Self> {
        let head = file.first_chunk::<{ 4 * (1 + TAGS) }>()?;
        let mut numbers = head
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes));
        let step = numbers.next()?;
        let mut bias = [0.0; TAGS];
        for (bias, number) in bias.iter_mut().zip(numbers) {
            *bias = number;
        }
        let start = head.len();
        Some(Self {
            rows: FeatureRows::new(file, start, TAGS, TAGGER_BUCKETS)?,
            bias,
            step,
        })
    }

    /// Serializes weights and biases to a file. Features whose weights all round to zero are left out.
    pub fn file(weights: &[[f32; TAGS]], bias: &[f32; TAGS]) -> Vec<u8> {
        let max = weights
            .iter()
            .flatten()
            .fold(f32::MIN_POSITIVE, |max, weight| max.max(weight.abs()));
        let step = max / f32::from(i8::MAX);
        let mut file: Vec<u8> = std::iter::once(&step)
            .chain(bias)
            .flat_map(|number| number.to_le_bytes())
            .collect();
        for (number, row) in (0_u32..).zip(weights) {
            #[expect(clippy::cast_possible_truncation, reason = "scaled to the range of `i8`")]
            let row = row.map(|weight| (weight / step).round() as i8);
            if row.iter().any(|weight| *weight != 0) {
                file.extend(number.to_le_bytes());
                file.extend(row.iter().flat_map(|weight| weight.to_le_bytes()));
            }
        }
        file
    }

    /// The tag probabilities of each token.
    pub fn tag(&self, line: &TaggedLine<'_>) -> Vec<[f32; TAGS]> {
        let mut features = Vec::with_capacity(64);
        let words = 0..line.tokens().len();
        words
            .map(|at| {
                features.clear();
                line.describe(at, &mut features);
                self.probabilities(&features)
            })
            .collect()
    }

    fn probabilities(&self, features: &[u32]) -> [f32; TAGS] {
        let mut sums = [0_i32; ROW];
        for feature in features {
            if let Some(row) = self.rows.get(*feature) {
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += i32::from(i8::from_le_bytes([*weight]));
                }
            }
        }
        let mut probabilities = self.bias;
        for (probability, sum) in probabilities.iter_mut().zip(sums) {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a sum of fewer than a hundred `i8` values is exact"
            )]
            let score = *probability + sum as f32 * self.step;
            *probability = 1.0 / (1.0 + (-score).exp());
        }
        probabilities
    }
}

#[cfg(test)]
mod tests {
    use super::{super::places::LinePosition, *};

    #[test]
    fn file_of_weights_is_read_as_what_was_learned() {
        let line = TaggedLine::new("our welder", LinePosition::Text);
        let mut features = Vec::new();
        line.describe(1, &mut features);
        let mut weights = vec![[0.0; TAGS]; TAGGER_BUCKETS];
        weights[features[1] as usize] = [4.0, 2.0, -4.0, 0.0, 0.0, 0.0];
        let tagger = Tagger::parse(&Tagger::file(&weights, &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0])).expect("a file");
        let [our, welder] = tagger.tag(&line)[..] else {
            panic!("two words")
        };
        assert!((our[0] - 0.5).abs() < 0.01, "{our:?}");
        assert!(welder[0] > 0.97 && welder[2] < 0.1, "{welder:?}");
    }
}
