//! A model of what messages say: support-vector machines, one for each kind, over the words, pairs of words and parts of words of the whole
//! message, weighted by TF-IDF, and a logistic regression over their margins and what the rules find. The weights are learned from labelled
//! messages by the example `mail-train` and committed.

mod features;
mod stacking;
mod weights;

pub use features::{BUCKETS, Count, GROUPS, MessageFeatures, Properties};
pub use stacking::{INPUTS, Inputs, KindValues, Stacking, softmax};
pub use weights::{Model, round_rarity, term_weight};

use domain::mail::MessageKind;

/// Raised when the model is trained again.
pub const MODEL_VERSION: i32 = 11;

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

/// What the model says about a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The most probable kind.
    pub kind: MessageKind,
    /// The most probable kind of a message about an application.
    pub application_kind: MessageKind,
    /// The probability that the message is about an application, from 0 to 1.
    pub application: f32,
    /// The probability of each of [`KINDS`].
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
