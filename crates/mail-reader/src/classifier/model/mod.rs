//! Model that predicts the kind of a message: one linear support-vector machine per kind over TF-IDF-weighted words, word bigrams and
//! character n-grams, and a logistic regression over their margins and the numbers of sentences that match rules. The example `mail-train`
//! learns the weights from labelled messages; they are committed.

mod features;
mod stacking;
mod weights;

pub use features::{BUCKETS, Count, GROUPS, MessageFeatures, Properties};
pub use stacking::{INPUTS, Inputs, KindValues, Stacking};
pub use weights::{Model, round_rarity, term_weight};

use domain::mail::MessageKind;

/// Version of the trained weights, stored with decisions of the model; increment it after retraining.
pub const MODEL_VERSION: i32 = 11;

/// All kinds, in the order of their weights in the model file.
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

/// Prediction of the model for a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The most probable kind.
    pub kind: MessageKind,
    /// The most probable of the kinds that are about an application.
    pub application_kind: MessageKind,
    /// The probability that the message is about an application, from 0 to 1.
    pub application: f32,
    /// The probability of each kind, in the order of [`KINDS`].
    probabilities: KindValues,
}

impl Prediction {
    fn new(probabilities: KindValues) -> Self {
        let all = || KINDS.into_iter().zip(probabilities);
        let of_applications = || all().filter(|(kind, _)| kind.is_about_application());
        let best = all().max_by(|a, b| a.1.total_cmp(&b.1));
        let best_application = of_applications().max_by(|a, b| a.1.total_cmp(&b.1));
        Self {
            kind: best.map_or(MessageKind::Other, |(kind, _)| kind),
            application_kind: best_application.map_or(MessageKind::Other, |(kind, _)| kind),
            application: of_applications().map(|(_, probability)| probability).sum(),
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
}
