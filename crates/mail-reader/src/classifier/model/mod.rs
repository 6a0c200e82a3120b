//! A linear model of what messages say, as evidence beside the rules: support-vector machines, one for each kind, over the words, pairs of
//! words and parts of words of the whole message, weighted by TF-IDF. Its weights are learned from labelled messages by the example
//! `mail-train` and committed.

mod features;
mod weights;

pub use features::{BUCKETS, Count, MessageFeatures, Properties};
pub use weights::{KINDS, Model, round_rarity, term_weight};

use domain::mail::MessageKind;

/// Raised when the model is trained again.
pub const MODEL_VERSION: i32 = 10;

/// How much the model counts beside other evidence: with 0 not at all. Measured on messages that neither rules nor model had seen.
const EXPONENT: f32 = 1.2;

/// What the model says about a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    pub kind: MessageKind,
    /// The probability that the message is about an application, from 0 to 1.
    pub application: f32,
    /// The probability of each of [`KINDS`].
    probabilities: [f32; KINDS.len()],
}

impl Prediction {
    fn new(probabilities: [f32; KINDS.len()]) -> Self {
        let all = || KINDS.iter().zip(probabilities);
        let best = all().max_by(|a, b| a.1.total_cmp(&b.1));
        let of_applications = all().filter(|(kind, _)| kind.is_about_application());
        Self {
            kind: best.map_or(MessageKind::Other, |(kind, _)| *kind),
            application: of_applications.map(|(_, probability)| probability).sum(),
            probabilities,
        }
    }

    /// The probability of a kind.
    pub fn probability(&self, kind: MessageKind) -> f32 {
        let position = KINDS.iter().position(|k| *k == kind);
        position
            .and_then(|at| self.probabilities.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// The most probable kind and its probability, if other evidence makes one kind more probable by a factor.
    pub fn with_evidence(&self, evidence: Option<(MessageKind, f32)>) -> (MessageKind, f32) {
        let weight = |kind: MessageKind, probability: f32| match evidence {
            Some((k, factor)) if k == kind => probability.powf(EXPONENT) * factor,
            _ => probability.powf(EXPONENT),
        };
        let weights = KINDS
            .iter()
            .zip(self.probabilities)
            .map(|(kind, p)| (*kind, weight(*kind, p)));
        let sum: f32 = weights.clone().map(|(_, w)| w).sum();
        let best = weights.max_by(|a, b| a.1.total_cmp(&b.1));
        best.map_or((MessageKind::Other, 0.0), |(kind, weight)| {
            (kind, weight / sum.max(f32::MIN_POSITIVE))
        })
    }
}
