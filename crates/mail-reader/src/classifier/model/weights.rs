//! The weights of the model and its file.

use super::{
    Prediction,
    features::{BUCKETS, Count, MessageFeatures},
};
use crate::classifier::feature_rows::FeatureRows;
use domain::mail::MessageKind;
use std::borrow::Cow;

/// The kinds in the order of their weights.
pub const KINDS: [MessageKind; 13] = [
    MessageKind::Confirmation,
    MessageKind::Viewed,
    MessageKind::Rejection,
    MessageKind::Interview,
    MessageKind::Assessment,
    MessageKind::Offer,
    MessageKind::OnHold,
    MessageKind::Cancelled,
    MessageKind::Withdrawn,
    MessageKind::Referral,
    MessageKind::Recruiter,
    MessageKind::Alert,
    MessageKind::Other,
];
/// So many bytes of a row are read at once: the rarity and a weight for each kind. The last ones are not used.
const ROW: usize = 16;
/// Rarities are stored in so many steps of one.
const RARITY_STEPS: f32 = 20.0;
/// How probable a kind is by the distance to the boundary between it and the others.
const MARGIN_SCALE: f32 = 10.0;
/// Logarithms of smaller counts are in a table.
const MAX_TABLE_COUNT: usize = 64;
/// The words of a sentence that an explanation shows, at most.
const MAX_EXPLAINED_WORDS: usize = 5;

static FILE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/rulesets/model.bin"));

type Margins = [f32; KINDS.len()];

/// Weights for features.
pub struct Model {
    rows: FeatureRows<ROW>,
    bias: Margins,
    /// The weight for each byte of a row.
    weights: [f32; 256],
    /// The logarithms of small counts.
    logarithms: [f32; MAX_TABLE_COUNT],
}

impl Model {
    /// The committed one.
    pub fn embedded() -> Option<Self> {
        Self::read(Cow::Borrowed(FILE))
    }

    /// Reads a model file: the largest weight, a bias for each kind, and rows of number, rarity and weights.
    pub fn parse(file: &[u8]) -> Option<Self> {
        Self::read(Cow::Owned(file.to_vec()))
    }

    fn read(file: Cow<'static, [u8]>) -> Option<Self> {
        let head = file.first_chunk::<{ 4 * (1 + KINDS.len()) }>()?;
        let (numbers, _) = head.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let max = numbers.next()?;
        let mut bias = [0.0; KINDS.len()];
        for (bias, number) in bias.iter_mut().zip(numbers) {
            *bias = number;
        }
        let start = head.len();
        let mut model = Self {
            rows: FeatureRows::new(file, start, 1 + KINDS.len(), BUCKETS)?,
            bias,
            weights: [0.0; 256],
            logarithms: [0.0; MAX_TABLE_COUNT],
        };
        for (byte, weight) in (0..=u8::MAX).zip(&mut model.weights) {
            *weight = loaded_weight(i8::from_le_bytes([byte]), max);
        }
        for (count, logarithm) in (0_u16..).zip(&mut model.logarithms) {
            *logarithm = f32::from(count.max(1)).ln();
        }
        Some(model)
    }

    /// The file of a model with these rarities and weights of each feature, and these biases.
    pub fn file(rarities: &[f32], weights: &[Vec<f32>], bias: &[f32]) -> Vec<u8> {
        let max = weights
            .iter()
            .flatten()
            .fold(f32::MIN_POSITIVE, |max, w| max.max(w.abs()));
        let mut file: Vec<u8> = std::iter::once(&max)
            .chain(bias)
            .flat_map(|number| number.to_le_bytes())
            .collect();
        for ((rarity, row), number) in rarities.iter().zip(weights).zip(0_u32..) {
            let rarity = stored_rarity(*rarity);
            if rarity > 0 {
                file.extend(number.to_le_bytes());
                file.push(rarity);
                file.extend(
                    row.iter()
                        .flat_map(|weight| stored_weight(*weight, max).to_le_bytes()),
                );
            }
        }
        file
    }

    /// The margins of the kinds.
    fn margins(&self, features: &MessageFeatures) -> Margins {
        let mut margins = self.bias;
        let mut rows: Vec<(&[u8; ROW], u16)> = Vec::new();
        let mut values: Vec<f32> = Vec::new();
        for (group, share) in features.groups() {
            let mut sums = [0.0_f32; KINDS.len()];
            let mut length = 0.0;
            // The rows do not fit into the caches. Those that are looked up one directly after another are fetched at the same time.
            rows.clear();
            rows.extend(
                group
                    .iter()
                    .filter_map(|(feature, count)| Some((self.rows.get(*feature)?, *count))),
            );
            values.clear();
            values.extend(
                rows.iter()
                    .map(|([rarity, ..], count)| self.term_weight(*count, loaded_rarity(*rarity))),
            );
            for (([_, weights @ ..], _), value) in rows.iter().zip(&values) {
                let value = *value;
                length += value * value;
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += value * self.weight(*weight);
                }
            }
            if length > 0.0 {
                let length = length.sqrt() / share;
                for (margin, sum) in margins.iter_mut().zip(sums) {
                    *margin += sum / length;
                }
            }
        }
        margins
    }

    fn weight(&self, stored: u8) -> f32 {
        self.weights.get(usize::from(stored)).copied().unwrap_or_default()
    }

    /// How much a feature counts in a message, with the logarithm from the table.
    fn term_weight(&self, count: u16, rarity: f32) -> f32 {
        match self.logarithms.get(usize::from(count)) {
            Some(logarithm) => (1.0 + logarithm) * rarity,
            None => term_weight(count, rarity),
        }
    }

    /// The kind of a message.
    pub fn predict(&self, message: &MessageFeatures) -> Prediction {
        let margins = self.margins(message);
        let max = margins.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weights: Vec<f32> = margins.iter().map(|m| ((m - max) * MARGIN_SCALE).exp()).collect();
        let sum: f32 = weights.iter().sum();
        let mut probabilities = [0.0; KINDS.len()];
        for (probability, weight) in probabilities.iter_mut().zip(weights) {
            *probability = weight / sum;
        }
        Prediction::new(probabilities)
    }

    /// How much the words of a text speak for a kind.
    fn score(&self, text: &str, kind: MessageKind) -> f32 {
        let Some(column) = KINDS.iter().position(|k| *k == kind) else {
            return 0.0;
        };
        let words = MessageFeatures::words_of(text);
        let weight = |(feature, _): &Count| {
            let [rarity, weights @ ..] = self.rows.get(*feature)?;
            Some(self.weight(*weights.get(column)?) * loaded_rarity(*rarity))
        };
        words.iter().filter_map(weight).sum()
    }

    /// The position of the text that speaks most for a kind; the first of equal ones.
    pub fn strongest<'t>(&self, texts: impl Iterator<Item = &'t str>, kind: MessageKind) -> Option<usize> {
        let scores: Vec<f32> = texts.map(|text| self.score(text, kind)).collect();
        let best = scores.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1));
        best.map(|(at, _)| at)
    }

    /// The few adjacent words of a sentence that speak most for a kind.
    pub fn strongest_words<'t>(&self, sentence: &'t str, kind: MessageKind) -> &'t str {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        let phrases = words.windows(MAX_EXPLAINED_WORDS.min(words.len().max(1)));
        let phrases: Vec<&str> = phrases
            .filter_map(|window| {
                let (first, last) = (window.first()?, window.last()?);
                let start = first.as_ptr().addr() - sentence.as_ptr().addr();
                let end = last.as_ptr().addr() - sentence.as_ptr().addr() + last.len();
                sentence.get(start..end)
            })
            .collect();
        let best = self.strongest(phrases.iter().copied(), kind);
        best.and_then(|at| phrases.get(at).copied()).unwrap_or_default()
    }
}

/// How much a feature counts in a message (TF-IDF): the more, the oftener it occurs there and the rarer it is elsewhere.
pub fn term_weight(count: u16, rarity: f32) -> f32 {
    (1.0 + f32::from(count.max(1)).ln()) * rarity
}

/// A weight as the file has it: its square root, since most weights are small.
fn stored_weight(weight: f32, max: f32) -> i8 {
    let root = (weight.abs() / max).sqrt() * f32::from(i8::MAX);
    #[expect(clippy::cast_possible_truncation, reason = "scaled to the range")]
    let root = root.round() as i8;
    if weight < 0.0 { -root } else { root }
}

/// The inverse of [`stored_weight`].
fn loaded_weight(stored: i8, max: f32) -> f32 {
    let root = f32::from(stored) / f32::from(i8::MAX);
    root * root.abs() * max
}

/// A rarity with the precision of the file.
pub fn round_rarity(rarity: f32) -> f32 {
    loaded_rarity(stored_rarity(rarity))
}

/// The inverse of [`stored_rarity`].
fn loaded_rarity(stored: u8) -> f32 {
    f32::from(stored) / RARITY_STEPS
}

/// A rarity as the file has it.
fn stored_rarity(rarity: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "limited to the range"
    )]
    let steps = (rarity * RARITY_STEPS).round().clamp(0.0, 255.0) as u8;
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(weights: &[(&str, MessageKind, f32)]) -> Model {
        let mut rarities = vec![0.0; BUCKETS];
        let mut rows = vec![vec![0.0; KINDS.len()]; BUCKETS];
        for (text, kind, weight) in weights {
            let column = KINDS.iter().position(|k| k == kind).expect("a kind");
            for (feature, _) in MessageFeatures::of_text(text).words {
                rarities[feature as usize] = 1.0;
                rows[feature as usize][column] = *weight;
            }
        }
        Model::parse(&Model::file(&rarities, &rows, &[0.0; KINDS.len()])).expect("a model")
    }

    #[test]
    fn strongest_words_are_the_five_that_speak_most_for_the_kind() {
        let model = model(&[("another applicant", MessageKind::Rejection, 1.0)]);
        let words_of = |sentence| model.strongest_words(sentence, MessageKind::Rejection);
        let phrase = words_of("my dear friend, in the end we have taken another applicant who lives nearby");
        assert!(phrase.contains("another applicant"), "{phrase}");
        assert_eq!(phrase.split(' ').count(), 5);
        assert_eq!(words_of("another applicant"), "another applicant");
        assert_eq!(words_of(""), "");
    }

    #[test]
    fn model_predicts_the_kind_that_the_words_speak_for() {
        let model = model(&[
            ("declined", MessageKind::Rejection, 4.0),
            ("received", MessageKind::Confirmation, 2.0),
        ]);
        let prediction = model.predict(&MessageFeatures::of_text("received and declined"));
        assert_eq!(prediction.kind, MessageKind::Rejection);
        assert!(prediction.probability(MessageKind::Rejection) > 0.5 && prediction.application > 0.9);
        let (kind, _) = prediction.with_evidence(Some((MessageKind::Confirmation, 1e12)));
        assert_eq!(kind, MessageKind::Confirmation);
    }
}
