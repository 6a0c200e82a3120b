//! The confidences of decisions, and the probabilities that separate deciding, asking and ignoring.

/// Confidence of a rule of the platform.
pub const PLATFORM_RULE_CONFIDENCE: f32 = 0.97;
/// Confidence of a template of the platform, from an authenticated sender.
pub const TEMPLATE_CONFIDENCE: f32 = 0.99;
/// The highest confidence of what needs review.
pub const REVIEW_CONFIDENCE: f32 = 0.6;
/// Confidence if a message is about an application, but its kind is unknown.
pub const UNCLEAR_KIND_CONFIDENCE: f32 = 0.55;
/// The lowest and the highest confidence of a kind that the model predicts.
pub const MIN_PREDICTED_CONFIDENCE: f32 = 0.75;
pub const MAX_PREDICTED_CONFIDENCE: f32 = 0.95;

/// Probability of being about an application from which a message needs review.
pub const REVIEW_THRESHOLD: f32 = 0.4;
/// As [`REVIEW_THRESHOLD`], if a strong sentence is about an application.
pub const STRONG_SENTENCE_REVIEW_THRESHOLD: f32 = 0.15;
/// Probability of being about an application from which a message is decided.
pub const APPLICATION_THRESHOLD: f32 = 0.5;
/// As [`APPLICATION_THRESHOLD`], for confirmations, which create applications.
pub const CONFIRMATION_THRESHOLD: f32 = 0.6;
/// Probability of a kind from which it is decided.
pub const KIND_THRESHOLD: f32 = 0.3;
/// As [`KIND_THRESHOLD`], for kinds that end an application: a wrong end is worse than a question.
pub const END_THRESHOLD: f32 = 0.35;
/// As [`KIND_THRESHOLD`], for offers that a sentence states.
pub const OFFER_THRESHOLD: f32 = 0.85;
/// As [`KIND_THRESHOLD`], for offers that only the model predicts.
pub const PREDICTED_OFFER_THRESHOLD: f32 = 0.92;
