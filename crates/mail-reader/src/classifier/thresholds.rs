//! Confidences of decisions, and the probability thresholds for applying a decision, asking the user, and ignoring the message.

/// Confidence of a decision by a platform rule.
pub const PLATFORM_RULE_CONFIDENCE: f32 = 0.97;
/// Confidence of a decision by a template key from an authenticated sender.
pub const TEMPLATE_CONFIDENCE: f32 = 0.99;
/// Maximum confidence of decisions that need review.
pub const REVIEW_CONFIDENCE: f32 = 0.6;
/// Confidence if a message is about an application but its kind is unknown.
pub const UNCLEAR_KIND_CONFIDENCE: f32 = 0.55;
/// Minimum confidence of a predicted kind, unless it is too uncertain and needs review.
pub const MIN_PREDICTED_CONFIDENCE: f32 = 0.75;
/// Maximum confidence that a prediction alone can give.
pub const MAX_PREDICTED_CONFIDENCE: f32 = 0.95;

/// Minimum probability of being about an application for a message to be reviewed.
pub const REVIEW_THRESHOLD: f32 = 0.4;
/// Like [`REVIEW_THRESHOLD`], for messages with a strong sentence about an application and no words about other kinds of applications.
pub const STRONG_SENTENCE_REVIEW_THRESHOLD: f32 = 0.01;
/// Minimum probability of being about an application for a decision without review.
pub const APPLICATION_THRESHOLD: f32 = 0.5;
/// Like [`APPLICATION_THRESHOLD`], for confirmations; higher because they create applications.
pub const CONFIRMATION_THRESHOLD: f32 = 0.6;
/// Messages of platforms without evidence for a kind and without words about jobs are ignored below this probability of being about an
/// application.
pub const CERTAIN_APPLICATION_THRESHOLD: f32 = 0.9;
/// Minimum probability of the kind for a decision without review.
pub const KIND_THRESHOLD: f32 = 0.3;
/// Like [`KIND_THRESHOLD`], for kinds that close the application; higher because closing it wrongly is worse than asking the user.
pub const END_THRESHOLD: f32 = 0.35;
/// Like [`KIND_THRESHOLD`], for offers that a sentence states.
pub const OFFER_THRESHOLD: f32 = 0.85;
/// Like [`KIND_THRESHOLD`], for offers that only the model predicts.
pub const PREDICTED_OFFER_THRESHOLD: f32 = 0.92;
