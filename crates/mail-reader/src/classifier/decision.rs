//! Decides the kind of a message from the platform rule that matches it, its sentences and the model.

use super::{
    document::Document,
    excerpt::first_match,
    explanation::{Explained, Explanation, MessagePart, RuleRef},
    model::{MODEL_VERSION, Model, Prediction},
    ruleset::{Platform, Rule, Template},
    thresholds::{
        APPLICATION_THRESHOLD, CERTAIN_APPLICATION_THRESHOLD, CONFIRMATION_THRESHOLD, END_THRESHOLD,
        KIND_THRESHOLD, MAX_PREDICTED_CONFIDENCE, MIN_PREDICTED_CONFIDENCE, OFFER_THRESHOLD,
        PLATFORM_RULE_CONFIDENCE, PREDICTED_OFFER_THRESHOLD, REVIEW_CONFIDENCE, REVIEW_THRESHOLD,
        STRONG_SENTENCE_REVIEW_THRESHOLD, TEMPLATE_CONFIDENCE, UNCLEAR_KIND_CONFIDENCE,
    },
    unknown_language::find_application_words,
    verdict::{Evidence, Statements, Verdict},
};
use crate::parser::Headers;
use domain::mail::MessageKind;

/// Whether messages of this kind name a job that the reader applied for or was referred for.
pub fn names_job(kind: MessageKind) -> bool {
    kind.is_about_application() || kind == MessageKind::Referral
}

/// The kind of a message, and the rule that decided.
pub struct Decision {
    pub kind: MessageKind,
    pub confidence: f32,
    pub ruleset: String,
    pub version: i32,
    pub rule: String,
    pub explanation: Vec<Explanation>,
}

impl Decision {
    fn from_verdict(verdict: &Verdict<'_>) -> Self {
        let Evidence {
            kind, language, rule, ..
        } = verdict.deciding;
        Self {
            kind,
            confidence: verdict.confidence,
            ruleset: language.code.clone(),
            version: language.version,
            rule: rule.to_owned(),
            explanation: verdict.evidence().map(Evidence::explain).collect(),
        }
    }

    /// Decides by a template key in a header or link. Anyone can send such a key, so the confidence is lower unless the sender is
    /// authenticated (`is_genuine`).
    pub fn from_template(platform: &Platform, template: &Template, is_genuine: bool) -> Self {
        let rule = format!("template {}", template.key);
        let explanation = Explanation::new(
            Explained::Kind,
            &template.key,
            MessagePart::Header,
            platform.rule_ref(&rule),
        );
        Self {
            kind: template.kind,
            confidence: if is_genuine {
                TEMPLATE_CONFIDENCE
            } else {
                PLATFORM_RULE_CONFIDENCE
            },
            ruleset: platform.name.clone(),
            version: platform.version,
            rule,
            explanation: vec![explanation],
        }
    }
}

/// Everything known about a message except the evidence in its sentences.
pub struct MessageContext<'a> {
    pub headers: &'a Headers,
    pub document: &'a Document<'a>,
    pub platform: Option<&'a Platform>,
    /// The platform rule that the message matches.
    pub rule: Option<&'a Rule>,
    /// Whether the message claims to be from a platform but was sent by someone else.
    pub is_impersonation: bool,
    /// The prediction, and the model that made it.
    pub prediction: Option<(Prediction, &'a Model)>,
}

/// Decides by the platform rule and strong sentences; without a platform rule that sets a kind, by the model and the sentences.
pub fn decide(message: &MessageContext<'_>, statements: &Statements<'_>) -> Option<Decision> {
    let verdict = statements.verdict();
    if let (Some(platform), Some(rule)) = (message.platform, message.rule)
        && let Some(kind) = rule.kind
    {
        // A platform rule recognizes the template of a message. A strong sentence about the outcome is more specific.
        let outcome = verdict.as_ref().filter(|v| is_strong(v)).filter(|v| match kind {
            MessageKind::Confirmation => outranks_confirmation(v.kind()),
            MessageKind::Assessment | MessageKind::Interview => ends_application(v.kind()),
            _ => false,
        });
        return Some(outcome.map_or_else(
            || Decision {
                kind,
                confidence: PLATFORM_RULE_CONFIDENCE,
                ruleset: platform.name.clone(),
                version: platform.version,
                rule: rule.name.clone(),
                explanation: rule_matches(
                    message.headers,
                    message.document,
                    rule,
                    platform.rule_ref(&rule.name),
                ),
            },
            Decision::from_verdict,
        ));
    }
    message.decide_by_model(verdict.as_ref(), statements)
}

impl MessageContext<'_> {
    /// The most probable kind, with a confidence that requires review if the kind is too uncertain.
    fn decide_by_model(
        &self,
        verdict: Option<&Verdict<'_>>,
        statements: &Statements<'_>,
    ) -> Option<Decision> {
        if self.document.languages.is_empty() {
            return self.in_unknown_language();
        }
        let Some((prediction, model)) = self.prediction else {
            return verdict.map(Decision::from_verdict);
        };
        let kind = if prediction.application >= REVIEW_THRESHOLD {
            prediction.application_kind
        } else {
            prediction.kind
        };
        let stated = verdict.filter(|v| v.kind() == kind);
        if kind == MessageKind::Other {
            return self.review_strong_sentence(verdict?, statements, &prediction);
        }
        let mut decision = self.decide_kind(kind, stated, model);
        if !kind.is_about_application() {
            return Some(decision);
        }
        // Applicant tracking systems also send messages that are not about an application.
        if self.platform.is_some()
            && verdict.is_none()
            && !statements.is_about_jobs()
            && prediction.application < CERTAIN_APPLICATION_THRESHOLD
        {
            return None;
        }
        if !self.is_certain(kind, &prediction, stated.is_some()) {
            decision.confidence = decision.confidence.min(REVIEW_CONFIDENCE);
        } else if kind == MessageKind::Offer {
            // The confidence is not raised further, so that the offer needs review if the employer's name is only guessed from the address.
            decision.confidence = decision.confidence.max(MIN_PREDICTED_CONFIDENCE);
        } else {
            let probability = prediction.probability(kind);
            let predicted = probability.clamp(MIN_PREDICTED_CONFIDENCE, MAX_PREDICTED_CONFIDENCE);
            decision.confidence = decision.confidence.max(predicted);
        }
        Some(decision)
    }

    /// Whether a kind that is about an application is certain enough to be applied without review.
    fn is_certain(&self, kind: MessageKind, prediction: &Prediction, is_stated: bool) -> bool {
        let (application_threshold, kind_threshold) = match kind {
            MessageKind::Confirmation => (CONFIRMATION_THRESHOLD, KIND_THRESHOLD),
            MessageKind::Offer if is_stated => (APPLICATION_THRESHOLD, OFFER_THRESHOLD),
            MessageKind::Offer => (APPLICATION_THRESHOLD, PREDICTED_OFFER_THRESHOLD),
            kind if ends_application(kind) => (APPLICATION_THRESHOLD, END_THRESHOLD),
            _ => (APPLICATION_THRESHOLD, KIND_THRESHOLD),
        };
        !self.is_impersonation
            && prediction.application >= application_threshold
            && prediction.probability(kind) >= kind_threshold
    }

    /// The decision for a kind: from the verdict if a sentence states this kind, else from the model.
    fn decide_kind(&self, kind: MessageKind, stated: Option<&Verdict<'_>>, model: &Model) -> Decision {
        stated.map_or_else(|| self.predicted(model, kind), Decision::from_verdict)
    }

    /// The decision if a strong sentence is about an application, but the model predicts `Other`. On platforms that are not strict, the
    /// sentence decides; messages of other senders need review, or are ignored if the model is certain.
    fn review_strong_sentence(
        &self,
        verdict: &Verdict<'_>,
        statements: &Statements<'_>,
        prediction: &Prediction,
    ) -> Option<Decision> {
        let is_ignored = self.is_impersonation || statements.is_foreign();
        if is_ignored || !is_strong(verdict) || !names_job(verdict.kind()) {
            return None;
        }
        let mut decision = Decision::from_verdict(verdict);
        if self.platform.is_some_and(|platform| !platform.is_strict) {
            return Some(decision);
        }
        decision.confidence = decision.confidence.min(REVIEW_CONFIDENCE);
        (prediction.application >= STRONG_SENTENCE_REVIEW_THRESHOLD).then_some(decision)
    }

    /// A decision that needs review, for a message in an unsupported language. Its kind never creates an application.
    fn in_unknown_language(&self) -> Option<Decision> {
        let sentences = self.document.sentences.iter().copied();
        let text = find_application_words(std::iter::once(self.document.subject).chain(sentences))?;
        let reference = RuleRef::built_in("unknown-language");
        Some(Decision {
            kind: MessageKind::Viewed,
            confidence: UNCLEAR_KIND_CONFIDENCE,
            ruleset: reference.ruleset.to_owned(),
            version: reference.version,
            rule: reference.rule.to_owned(),
            explanation: vec![Explanation::new(
                Explained::Kind,
                text,
                MessagePart::Text,
                reference,
            )],
        })
    }

    /// The decision for a kind that only the model predicts.
    fn predicted(&self, model: &Model, kind: MessageKind) -> Decision {
        let sentences = self.document.assertions.iter().copied().filter(|s| !s.is_empty());
        let texts = || std::iter::once(self.document.subject).chain(sentences.clone());
        let position = model.strongest(texts(), kind).unwrap_or_default();
        let part = if position == 0 {
            MessagePart::Subject
        } else {
            MessagePart::Text
        };
        let text = texts().nth(position).unwrap_or_default();
        // Message text must not be stored, so the explanation quotes only a few words.
        let text = model.strongest_words(text, kind);
        let reference = RuleRef {
            ruleset: "model",
            version: MODEL_VERSION,
            rule: kind.as_str(),
        };
        Decision {
            kind,
            confidence: MIN_PREDICTED_CONFIDENCE,
            ruleset: reference.ruleset.to_owned(),
            version: reference.version,
            rule: reference.rule.to_owned(),
            explanation: vec![Explanation::new(Explained::Kind, text, part, reference)],
        }
    }
}

/// Whether the evidence decides without review.
fn is_strong(verdict: &Verdict<'_>) -> bool {
    verdict.confidence > REVIEW_CONFIDENCE
}

/// Whether messages of this kind close the application.
fn ends_application(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::Rejection | MessageKind::Cancelled | MessageKind::Withdrawn
    )
}

fn outranks_confirmation(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::Rejection
            | MessageKind::Cancelled
            | MessageKind::OnHold
            | MessageKind::Withdrawn
            | MessageKind::Offer
            | MessageKind::Interview
            | MessageKind::Assessment
    )
}

/// The texts that the patterns of a platform rule matched, or the sender's address if none did.
fn rule_matches(
    headers: &Headers,
    document: &Document<'_>,
    rule: &Rule,
    reference: RuleRef<'_>,
) -> Vec<Explanation> {
    let subject = first_match(&rule.subject_patterns, document.subject);
    let text = document
        .assertions
        .iter()
        .find_map(|sentence| first_match(&rule.body_patterns, sentence));
    let sender = (subject.is_none() && text.is_none()).then_some(headers.from.as_str());
    let parts = [
        (MessagePart::Subject, subject.as_deref()),
        (MessagePart::Text, text.as_deref()),
        (MessagePart::Sender, sender),
    ];
    parts
        .into_iter()
        .filter_map(|(part, text)| Some(Explanation::new(Explained::Kind, text?, part, reference)))
        .collect()
}
