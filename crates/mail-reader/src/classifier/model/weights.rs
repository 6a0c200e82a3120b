//! The weights of the model and its file.

use super::{
    Prediction,
    features::{MessageFeatures, PROPERTY_BUCKETS, TOPIC_BUCKETS, WORD_BUCKETS, sentence_features},
};
use domain::mail::MessageKind;

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
/// A row has a weight for each kind; the width of a vector register.
const ROW: usize = 16;
/// How much the other sentences count beside the one that says most.
pub const POOL_TEMPERATURE: f32 = 0.5;

/// The words of a sentence that an explanation shows, at most.
const MAX_EXPLAINED_WORDS: usize = 5;

type Row = [f32; ROW];

/// Weights for features.
pub struct Model {
    words: Vec<[i8; ROW]>,
    properties: Vec<[i8; ROW]>,
    topics: Vec<[i8; ROW]>,
    word_scale: f32,
    property_scale: f32,
    topic_scale: f32,
}

impl Model {
    /// Reads a model file: three scales, then rows of number and weights: words of sentences, properties, words of messages.
    pub fn parse(file: &[u8]) -> Option<Self> {
        let (head, rows) = file.split_at_checked(12)?;
        let scale =
            |at: usize| -> Option<f32> { Some(f32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?)) };
        let mut model = Self {
            words: vec![[0; ROW]; WORD_BUCKETS],
            properties: vec![[0; ROW]; PROPERTY_BUCKETS],
            topics: vec![[0; ROW]; TOPIC_BUCKETS],
            word_scale: scale(0)?,
            property_scale: scale(4)?,
            topic_scale: scale(8)?,
        };
        for row in rows.chunks_exact(4 + KINDS.len()) {
            let (number, weights) = row.split_at(4);
            let number = usize::try_from(u32::from_le_bytes(number.try_into().ok()?)).ok()?;
            let target = match number.checked_sub(WORD_BUCKETS) {
                Some(number) => match number.checked_sub(PROPERTY_BUCKETS) {
                    Some(topic) => model.topics.get_mut(topic)?,
                    None => model.properties.get_mut(number)?,
                },
                None => model.words.get_mut(number)?,
            };
            for (target, weight) in target.iter_mut().zip(weights) {
                *target = i8::from_le_bytes([*weight]);
            }
        }
        Some(model)
    }

    /// The file of a model with these weights.
    pub fn file(words: &[Vec<f32>], properties: &[Vec<f32>], topics: &[Vec<f32>]) -> Vec<u8> {
        let scale_of = |rows: &[Vec<f32>]| {
            let max = rows.iter().flatten().fold(0.0_f32, |max, w| max.max(w.abs()));
            max.max(f32::MIN_POSITIVE) / f32::from(i8::MAX)
        };
        let scales = [scale_of(words), scale_of(properties), scale_of(topics)];
        let mut file: Vec<u8> = scales.iter().flat_map(|s| s.to_le_bytes()).collect();
        let rows = words.iter().map(|row| (row, scales[0]));
        let rows = rows.chain(properties.iter().map(|row| (row, scales[1])));
        let rows = rows.chain(topics.iter().map(|row| (row, scales[2])));
        for ((row, scale), number) in rows.zip(0_u32..) {
            #[expect(clippy::cast_possible_truncation, reason = "scaled to the range")]
            let weights: Vec<i8> = row.iter().map(|w| (w / scale).round() as i8).collect();
            if weights.iter().any(|w| *w != 0) {
                file.extend(number.to_le_bytes());
                file.extend(weights.iter().flat_map(|w| w.to_le_bytes()));
            }
        }
        file
    }

    /// The few adjacent words of a sentence that speak most for a kind.
    pub fn strongest_words<'t>(&self, sentence: &'t str, is_subject: bool, kind: MessageKind) -> &'t str {
        let Some(column) = KINDS.iter().position(|k| *k == kind) else {
            return "";
        };
        let words: Vec<&str> = sentence.split_whitespace().collect();
        let phrases = words.windows(MAX_EXPLAINED_WORDS.min(words.len().max(1)));
        let phrases = phrases.filter_map(|window| {
            let (first, last) = (window.first()?, window.last()?);
            let start = first.as_ptr().addr() - sentence.as_ptr().addr();
            let end = last.as_ptr().addr() - sentence.as_ptr().addr() + last.len();
            sentence.get(start..end)
        });
        let score = |phrase: &str| -> i32 {
            let features = sentence_features(phrase, is_subject);
            let rows = features
                .iter()
                .filter_map(|f| self.words.get(usize::try_from(*f).ok()?));
            rows.filter_map(|row| row.get(column))
                .map(|w| i32::from(*w))
                .sum()
        };
        // The first of equal ones.
        let best = phrases.map(|phrase| (score(phrase), phrase)).rev();
        best.max_by_key(|(score, _)| *score)
            .map_or("", |(_, phrase)| phrase)
    }

    /// The kind of a message that its sentences and properties speak for.
    pub fn predict(&self, message: &MessageFeatures) -> Prediction {
        let scores: Vec<Row> = message
            .sentences
            .iter()
            .map(|sentence| {
                let mut sum = [0_i32; ROW];
                for feature in sentence {
                    if let Some(row) = usize::try_from(*feature).ok().and_then(|f| self.words.get(f)) {
                        for (sum, weight) in sum.iter_mut().zip(row) {
                            *sum += i32::from(*weight);
                        }
                    }
                }
                let scale = self.word_scale * sentence_share(sentence.len());
                sum.map(|s| to_f32(s) * scale)
            })
            .collect();
        let mut logits = [0.0_f32; ROW];
        for property in &message.properties {
            if let Some(row) = usize::try_from(*property)
                .ok()
                .and_then(|f| self.properties.get(f))
            {
                for (logit, weight) in logits.iter_mut().zip(row) {
                    *logit += f32::from(*weight) * self.property_scale;
                }
            }
        }
        let mut sum = [0_i32; ROW];
        for topic in &message.topics {
            if let Some(row) = usize::try_from(*topic).ok().and_then(|t| self.topics.get(t)) {
                for (sum, weight) in sum.iter_mut().zip(row) {
                    *sum += i32::from(*weight);
                }
            }
        }
        let scale = self.topic_scale * sentence_share(message.topics.len());
        for (logit, sum) in logits.iter_mut().zip(sum) {
            *logit += to_f32(sum) * scale;
        }
        for (kind, logit) in logits.iter_mut().enumerate() {
            *logit += pool(scores.iter().filter_map(|row| row.get(kind).copied()));
        }
        prediction(&logits, &scores)
    }
}

/// The features of a sentence count less the more there are.
pub fn sentence_share(features: usize) -> f32 {
    1.0 / f32::from(u16::try_from(features.max(1)).unwrap_or(u16::MAX)).sqrt()
}

/// About the largest of the scores of the sentences.
pub fn pool(scores: impl Iterator<Item = f32> + Clone) -> f32 {
    let max = scores.clone().fold(f32::NEG_INFINITY, f32::max);
    if !max.is_finite() {
        return 0.0;
    }
    let sum: f32 = scores.map(|s| ((s - max) / POOL_TEMPERATURE).exp()).sum();
    max + POOL_TEMPERATURE * sum.ln()
}

#[expect(clippy::cast_precision_loss, reason = "sums of small integers")]
fn to_f32(sum: i32) -> f32 {
    sum as f32
}

fn prediction(logits: &Row, scores: &[Row]) -> Prediction {
    let max = logits
        .iter()
        .take(KINDS.len())
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = logits.iter().take(KINDS.len()).map(|l| (l - max).exp()).collect();
    let sum: f32 = weights.iter().sum();
    let best = weights
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(0, |(at, _)| at);
    let application: f32 = KINDS
        .iter()
        .zip(&weights)
        .filter(|(kind, _)| kind.is_about_application())
        .map(|(_, w)| w)
        .sum();
    let mut probabilities = [0.0; KINDS.len()];
    let mut sentences = [0; KINDS.len()];
    for (kind, (probability, sentence)) in probabilities.iter_mut().zip(&mut sentences).enumerate() {
        *probability = weights.get(kind).copied().unwrap_or_default() / sum;
        let score = |row: &Row| row.get(kind).copied().unwrap_or_default();
        let best = scores
            .iter()
            .enumerate()
            .max_by(|a, b| score(a.1).total_cmp(&score(b.1)));
        *sentence = best.map_or(0, |(at, _)| at);
    }
    Prediction {
        kind: KINDS.get(best).copied().unwrap_or(MessageKind::Other),
        application: application / sum,
        probabilities,
        sentences,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strongest_words_are_the_five_that_speak_most_for_the_kind() {
        let mut words = vec![vec![0.0; KINDS.len()]; WORD_BUCKETS];
        for feature in sentence_features("another applicant", false) {
            words[feature as usize][2] = 1.0;
        }
        let properties = vec![vec![0.0; KINDS.len()]; PROPERTY_BUCKETS];
        let model = Model::parse(&Model::file(&words, &properties, &[])).expect("a model");
        let words_of = |sentence| model.strongest_words(sentence, false, MessageKind::Rejection);
        let phrase = words_of("my dear friend, in the end we have taken another applicant who lives nearby");
        assert!(phrase.contains("another applicant"), "{phrase}");
        assert_eq!(phrase.split(' ').count(), 5);
        assert_eq!(words_of("another applicant"), "another applicant");
        assert_eq!(words_of(""), "");
    }

    #[test]
    fn model_predicts_by_the_sentence_that_says_most() {
        let mut words = vec![vec![0.0; KINDS.len()]; WORD_BUCKETS];
        words[7][2] = 4.0;
        words[9][0] = 2.0;
        let properties = vec![vec![0.0; KINDS.len()]; PROPERTY_BUCKETS];
        let model = Model::parse(&Model::file(&words, &properties, &[])).expect("a model");
        let message = MessageFeatures {
            sentences: vec![vec![9], vec![7], vec![]],
            ..MessageFeatures::default()
        };
        let prediction = model.predict(&message);
        assert_eq!(prediction.kind, MessageKind::Rejection);
        assert_eq!(prediction.sentence(MessageKind::Rejection), 1);
        assert!(prediction.probability(MessageKind::Rejection) > 0.5 && prediction.application > 0.9);
        let (kind, _) = prediction.with_evidence(Some((MessageKind::Confirmation, 1000.0)));
        assert_eq!(kind, MessageKind::Confirmation);
    }
}
