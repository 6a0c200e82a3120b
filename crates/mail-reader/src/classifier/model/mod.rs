//! A linear model of what sentences say, as evidence where no rule matches. Its weights are learned from labelled messages by the
//! example `mail-train` and committed.

mod features;
mod weights;

pub use features::{MessageFeatures, PROPERTY_BUCKETS, Properties, WORD_BUCKETS};
pub use weights::{KINDS, Model, POOL_TEMPERATURE, pool, sentence_share};

use domain::mail::MessageKind;

/// Raised when the model is trained again.
pub const MODEL_VERSION: i32 = 1;

static MODEL_FILE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/rulesets/model.bin"));

/// The committed model.
pub fn embedded() -> Option<Model> {
    Model::parse(MODEL_FILE)
}

/// What the model says about a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    pub kind: MessageKind,
    /// From 0 to 1.
    pub probability: f32,
    /// The probability that the message is about an application.
    pub application: f32,
    /// Position of the sentence that says most for the kind; 0 is the subject.
    pub sentence: usize,
}
