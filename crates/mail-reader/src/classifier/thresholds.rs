//! The confidences of decisions, and the probabilities that separate deciding, asking and ignoring.

/// Confidence of a rule of the platform.
pub const PLATFORM_RULE_CONFIDENCE: f32 = 0.97;
/// Confidence of a template of the platform, from an authenticated sender.
pub const TEMPLATE_CONFIDENCE: f32 = 0.99;
/// Confidence if nothing in the message shows that its "application" is one for a job, so that it needs review.
pub const UNCLEAR_CONTEXT_CONFIDENCE: f32 = 0.6;
/// Confidence if a message is about an application, but its kind is unknown.
pub const UNCLEAR_KIND_CONFIDENCE: f32 = 0.55;
/// Confidence of a kind that the model predicts, or of a weak sentence that the model does not contradict.
pub const PREDICTED_CONFIDENCE: f32 = 0.75;

/// How much more probable a weak sentence makes its kind.
pub const WEAK_FACTOR: f32 = 3.0;
/// How much more probable a strong sentence makes its kind.
pub const STRONG_FACTOR: f32 = 5.0;
/// As [`STRONG_FACTOR`], where the predicted kind explains the rest of the message.
pub const EXPLAINED_FACTOR: f32 = 20.0;
/// How much more probable two strong sentences make their kind.
pub const PAIR_FACTOR: f32 = 60.0;

/// Probability of a kind from which it is decided.
pub const KIND_THRESHOLD: f32 = 0.35;
/// As [`KIND_THRESHOLD`], for messages without words about jobs.
pub const KIND_WITHOUT_JOB_WORDS_THRESHOLD: f32 = 0.5;
/// As [`KIND_THRESHOLD`], for kinds that are not about an application.
pub const UNRELATED_KIND_THRESHOLD: f32 = 0.4;
/// Probability of the model below which a kind that no sentence states needs review.
pub const MODEL_ALONE_THRESHOLD: f32 = 0.3;
/// As [`MODEL_ALONE_THRESHOLD`], for likely kinds that end an application.
pub const END_ALONE_THRESHOLD: f32 = 0.6;
/// Probability of the model below which an offer with one strong sentence needs review.
pub const OFFER_THRESHOLD: f32 = 0.3;
/// Probability of the model below which an offer without a strong sentence needs review.
pub const OFFER_ALONE_THRESHOLD: f32 = 0.9;

/// Probability of being about an application that a kind without a strong sentence needs.
pub const APPLICATION_THRESHOLD: f32 = 0.4;
/// Probability of being about an application from which words about another sort of application are ignored.
pub const CERTAIN_APPLICATION_THRESHOLD: f32 = 0.9;
/// Probability of being about an application from which a message without a decided kind needs review.
pub const REVIEW_THRESHOLD: f32 = 0.6;
/// Probability of being about an application from which a strong sentence needs review although the model decides otherwise.
pub const STRONG_SENTENCE_REVIEW_THRESHOLD: f32 = 0.01;
/// Probability of being about an application below which a confirmation of an unknown sender needs review, and a sentence about
/// something else decides.
pub const DOUBTFUL_APPLICATION_THRESHOLD: f32 = 0.25;
/// Probability of being about an application below which every message of an unknown sender needs review.
pub const UNKNOWN_SENDER_THRESHOLD: f32 = 0.1;
