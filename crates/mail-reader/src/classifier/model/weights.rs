//! The weights of the model and its file format.

use super::{
    KINDS, Prediction,
    features::{BUCKETS, Count, GROUPS, MessageFeatures},
    stacking::{INPUTS, Inputs, KindValues, STACKING_LEN, Stacking},
};
use crate::classifier::feature_rows::FeatureRows;
use domain::mail::MessageKind;
use std::borrow::Cow;

/// Bytes read per row: the rarity, a weight for each kind, and two bytes of the next row, which are ignored.
const ROW: usize = 16;
/// Steps per unit that stored rarities are rounded to.
const RARITY_STEPS: f32 = 20.0;
/// Counts below this have their logarithm in a lookup table.
const MAX_TABLE_COUNT: usize = 64;
/// Maximum number of words that an explanation quotes from a sentence.
const MAX_EXPLAINED_WORDS: usize = 5;

static FILE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/rulesets/model.bin"));

/// The trained model.
pub struct Model {
    rows: FeatureRows<ROW>,
    stacking: Stacking,
    /// Lookup table from the stored byte to the weight.
    weights: [f32; 256],
    /// Lookup table of the logarithms of small counts.
    logarithms: [f32; MAX_TABLE_COUNT],
}

impl Model {
    /// The model with the committed weights. `None` if the file is invalid.
    pub fn embedded() -> Option<Self> {
        Self::read(Cow::Borrowed(FILE))
    }

    /// Decodes a model file: the largest weight, the last layer, and rows of feature number, rarity and weights. `None` if it is invalid.
    pub fn parse(file: &[u8]) -> Option<Self> {
        Self::read(Cow::Owned(file.to_vec()))
    }

    fn read(file: Cow<'static, [u8]>) -> Option<Self> {
        let (max, rest) = file.split_first_chunk::<4>()?;
        let max = f32::from_le_bytes(*max);
        let stacking = Stacking::parse(rest.first_chunk()?);
        let start = max.to_le_bytes().len() + STACKING_LEN;
        let mut model = Self {
            rows: FeatureRows::new(file, start, 1 + KINDS.len(), BUCKETS)?,
            stacking,
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

    /// Encodes a model file. `rarities` and `weights` are indexed by feature; features with rarity 0 are left out.
    pub fn file(rarities: &[f32], weights: &[Vec<f32>], stacking: &Stacking) -> Vec<u8> {
        let max = weights
            .iter()
            .flatten()
            .fold(f32::MIN_POSITIVE, |max, w| max.max(w.abs()));
        let mut file = max.to_le_bytes().to_vec();
        file.extend(stacking.to_bytes());
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

    /// The inputs of the last layer: a margin per feature group and kind, and the numbers of sentences that match rules.
    pub fn inputs(&self, features: &MessageFeatures) -> Inputs {
        let mut inputs = [0.0; INPUTS];
        let (rows, _) = inputs.as_chunks_mut::<{ KINDS.len() }>();
        let (margins, sentences) = rows.split_at_mut(GROUPS);
        for (margins, (group, share)) in margins.iter_mut().zip(features.groups()) {
            *margins = self.margins(group, share);
        }
        for (values, counts) in sentences.iter_mut().zip(features.sentences) {
            *values = counts.map(f32::from);
        }
        inputs
    }

    /// The margin of each kind for one feature group, whose vector is scaled to the length `share`.
    fn margins(&self, group: &[Count], share: f32) -> KindValues {
        let mut sums = [0.0_f32; KINDS.len()];
        let mut length = 0.0;
        // The file is larger than the CPU caches. Looking up all rows in one loop lets the processor overlap the cache misses.
        let rows: Vec<(&[u8; ROW], u16)> = group
            .iter()
            .filter_map(|(feature, count)| Some((self.rows.get(*feature)?, *count)))
            .collect();
        let values: Vec<f32> = rows
            .iter()
            .map(|([rarity, ..], count)| self.term_weight(*count, loaded_rarity(*rarity)))
            .collect();
        for (([_, weights @ ..], _), value) in rows.iter().zip(values) {
            length += value * value;
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += value * self.weight(*weight);
            }
        }
        if length > 0.0 {
            let length = length.sqrt() / share;
            sums = sums.map(|sum| sum / length);
        }
        sums
    }

    fn weight(&self, stored: u8) -> f32 {
        self.weights.get(usize::from(stored)).copied().unwrap_or_default()
    }

    /// [`term_weight`] with the logarithm from the lookup table.
    fn term_weight(&self, count: u16, rarity: f32) -> f32 {
        match self.logarithms.get(usize::from(count)) {
            Some(logarithm) => (1.0 + logarithm) * rarity,
            None => term_weight(count, rarity),
        }
    }

    /// Predicts the kind of a message.
    pub fn predict(&self, message: &MessageFeatures) -> Prediction {
        Prediction::new(self.stacking.probabilities(&self.inputs(message)))
    }

    /// Sum of the weights of a text's words and word bigrams for a kind.
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

    /// Index of the text with the highest score for a kind; ties go to the first.
    pub fn strongest<'t>(&self, texts: impl Iterator<Item = &'t str>, kind: MessageKind) -> Option<usize> {
        let scores: Vec<f32> = texts.map(|text| self.score(text, kind)).collect();
        let best = scores.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1));
        best.map(|(at, _)| at)
    }

    /// The phrase of up to `MAX_EXPLAINED_WORDS` adjacent words with the highest score for a kind.
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

/// TF-IDF weight of a feature: (1 + ln of its count in the message) × its rarity (inverse document frequency).
pub fn term_weight(count: u16, rarity: f32) -> f32 {
    (1.0 + f32::from(count.max(1)).ln()) * rarity
}

/// Quantizes a weight for the file. The square root is stored, for more precision among small weights, which are most.
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

/// Rounds a rarity to the precision of the file, so that training uses the same values as prediction.
pub fn round_rarity(rarity: f32) -> f32 {
    loaded_rarity(stored_rarity(rarity))
}

/// The inverse of [`stored_rarity`].
fn loaded_rarity(stored: u8) -> f32 {
    f32::from(stored) / RARITY_STEPS
}

/// Quantizes a rarity for the file.
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
        Model::parse(&Model::file(&rarities, &rows, &Stacking::unweighted())).expect("a model")
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
        assert_eq!(prediction.application_kind, MessageKind::Rejection);
    }
}
