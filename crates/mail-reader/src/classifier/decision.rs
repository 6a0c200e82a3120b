//! The kind of a message, from the rule of its platform, its sentences and the model.

use super::{
    document::Document,
    excerpt::first_match,
    explanation::{Explained, Explanation, MessagePart, RuleRef},
    model::{MODEL_VERSION, Model, Prediction},
    recruiting_address::is_recruiting_address,
    ruleset::{Platform, Rule, Template},
    thresholds::{
        APPLICATION_THRESHOLD, CERTAIN_APPLICATION_THRESHOLD, DOUBTFUL_APPLICATION_THRESHOLD,
        END_ALONE_THRESHOLD, EXPLAINED_FACTOR, KIND_THRESHOLD, KIND_WITHOUT_JOB_WORDS_THRESHOLD,
        MODEL_ALONE_THRESHOLD, OFFER_ALONE_THRESHOLD, OFFER_THRESHOLD, PAIR_FACTOR, PLATFORM_RULE_CONFIDENCE,
        PREDICTED_CONFIDENCE, REVIEW_THRESHOLD, STRONG_FACTOR, STRONG_SENTENCE_REVIEW_THRESHOLD,
        TEMPLATE_CONFIDENCE, UNCLEAR_CONTEXT_CONFIDENCE, UNCLEAR_KIND_CONFIDENCE, UNKNOWN_SENDER_THRESHOLD,
        UNRELATED_KIND_THRESHOLD, WEAK_FACTOR,
    },
    unknown_language::find_application_words,
    verdict::{Evidence, Statements, Verdict},
};
use crate::parser::Headers;
use domain::mail::MessageKind;

/// Whether messages of this kind name a job of the reader: one applied for, or one somebody referred the reader for.
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

    /// The kind of a template. Anyone can name one; an authenticated sender makes it certain.
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

/// The facts about a message other than its sentences.
pub struct MessageContext<'a> {
    pub headers: &'a Headers,
    pub document: &'a Document<'a>,
    pub platform: Option<&'a Platform>,
    /// The rule of the platform that the message fits.
    pub rule: Option<&'a Rule>,
    /// Someone else writes under the name of a platform.
    pub is_impersonation: bool,
    /// The prediction of the model, and the model.
    pub prediction: Option<(Prediction, &'a Model)>,
}

/// Combines the rule of the platform with the sentences, and with the model where the sentences say too little.
pub fn decide(message: &MessageContext<'_>, statements: &Statements<'_>) -> Option<Decision> {
    let verdict = statements.verdict();
    if let (Some(platform), Some(rule)) = (message.platform, message.rule)
        && let Some(kind) = rule.kind
    {
        // A rule tells the form of a message; a sentence about the outcome says more than a confirmation.
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
    let decision = message.weigh(verdict.as_ref(), statements)?;
    let is_certain =
        |(prediction, _): (Prediction, &Model)| prediction.application >= CERTAIN_APPLICATION_THRESHOLD;
    if names_job(decision.kind)
        && message.platform.is_none()
        && statements.is_foreign()
        && !message.prediction.is_some_and(is_certain)
    {
        return None;
    }
    Some(decision)
}

impl MessageContext<'_> {
    /// Weighs the sentences against the model.
    fn weigh(&self, verdict: Option<&Verdict<'_>>, statements: &Statements<'_>) -> Option<Decision> {
        if self.document.languages.is_empty() {
            return self.in_unknown_language();
        }
        let Some((prediction, model)) = self.prediction else {
            return verdict.map(Decision::from_verdict);
        };
        let is_strong = verdict.is_some_and(is_strong);
        let strong_count = verdict.map_or(0, |v| statements.count_strong(v.kind()));
        let evidence = verdict.map(|v| (v.kind(), evidence_factor(v, strong_count, &prediction)));
        let (kind, probability) = prediction.with_evidence(evidence);
        // Adverts and outreach that only the model takes for messages about an application.
        if kind.is_about_application()
            && is_strong
            && prediction.application < DOUBTFUL_APPLICATION_THRESHOLD
            && let Some(verdict) = verdict.filter(|v| !names_job(v.kind()))
        {
            return (verdict.kind() != MessageKind::Other).then(|| Decision::from_verdict(verdict));
        }
        let stated = verdict.filter(|v| v.kind() == kind);
        if kind == MessageKind::Other {
            return self.review_strong_sentence(verdict?, &prediction);
        }
        if !names_job(kind) {
            let is_likely = probability >= UNRELATED_KIND_THRESHOLD || stated.is_some();
            return is_likely.then(|| self.decide_kind(kind, stated, model));
        }
        // Applicant tracking systems also send messages that are not about an application.
        if (kind == MessageKind::Confirmation || ends_application(kind))
            && verdict.is_none()
            && !statements.is_about_jobs()
            && prediction.probability(kind) < CERTAIN_APPLICATION_THRESHOLD
        {
            return None;
        }
        let has_context = self.has_job_context(statements) || probability >= KIND_WITHOUT_JOB_WORDS_THRESHOLD;
        let is_likely = probability >= KIND_THRESHOLD
            && has_context
            && (is_strong || prediction.application >= APPLICATION_THRESHOLD)
            && !self.is_impersonation;
        let needs_review = self.needs_review(kind, stated, strong_count, &prediction);
        if !needs_review && !is_likely && !is_strong && prediction.application < REVIEW_THRESHOLD {
            return None;
        }
        // A wrong end of an application is worse than a question.
        let is_uncertain_end =
            stated.is_none() && ends_application(kind) && prediction.probability(kind) < END_ALONE_THRESHOLD;
        let mut decision = self.decide_kind(kind, stated, model);
        decision.confidence = if is_likely && !needs_review && !is_uncertain_end {
            decision.confidence.max(PREDICTED_CONFIDENCE)
        } else {
            decision.confidence.min(UNCLEAR_CONTEXT_CONFIDENCE)
        };
        Some(decision)
    }

    /// The decision for a kind: from the verdict if a sentence states this kind, else from the model.
    fn decide_kind(&self, kind: MessageKind, stated: Option<&Verdict<'_>>, model: &Model) -> Decision {
        stated.map_or_else(|| self.predicted(model, kind), Decision::from_verdict)
    }

    /// The decision if a strong sentence is about an application, but the model takes the message for something else. Applicant tracking
    /// systems are trusted; other senders need review, unless the model is certain.
    fn review_strong_sentence(&self, verdict: &Verdict<'_>, prediction: &Prediction) -> Option<Decision> {
        if !is_strong(verdict) || !names_job(verdict.kind()) || self.is_impersonation {
            return None;
        }
        let mut decision = Decision::from_verdict(verdict);
        if self.platform.is_some_and(|platform| !platform.is_strict) {
            return Some(decision);
        }
        decision.confidence = decision.confidence.min(UNCLEAR_CONTEXT_CONFIDENCE);
        (prediction.application >= STRONG_SENTENCE_REVIEW_THRESHOLD).then_some(decision)
    }

    /// Whether a likely kind is too uncertain to act on.
    fn needs_review(
        &self,
        kind: MessageKind,
        stated: Option<&Verdict<'_>>,
        strong_count: usize,
        prediction: &Prediction,
    ) -> bool {
        let is_unknown_sender = self.platform.is_none();
        let probability = prediction.probability(kind);
        let is_uncertain_kind = match kind {
            // A wrong offer is worse than a question.
            MessageKind::Offer => match stated {
                Some(_) if strong_count > 1 => false,
                Some(verdict) if is_strong(verdict) => probability < OFFER_THRESHOLD,
                _ => probability < OFFER_ALONE_THRESHOLD,
            },
            // A confirmation creates an application.
            MessageKind::Confirmation => {
                is_unknown_sender && prediction.application < DOUBTFUL_APPLICATION_THRESHOLD
            }
            _ => false,
        };
        is_uncertain_kind
            || (stated.is_none() && probability < MODEL_ALONE_THRESHOLD)
            || (is_unknown_sender && prediction.application < UNKNOWN_SENDER_THRESHOLD)
    }

    /// A decision that needs review, for a message in a language without rules. Its kind creates no application.
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

    /// Whether the message is about a job, or comes from a sender who only writes about jobs.
    fn has_job_context(&self, statements: &Statements<'_>) -> bool {
        match self.platform {
            Some(platform) => !platform.is_strict || self.rule.is_some(),
            None => statements.is_about_jobs() || is_recruiting_address(self.headers),
        }
    }

    /// The kind that the model predicts.
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
        // The text of a message is not kept, so only the words that say most are.
        let text = model.strongest_words(text, kind);
        let reference = RuleRef {
            ruleset: "model",
            version: MODEL_VERSION,
            rule: kind.as_str(),
        };
        Decision {
            kind,
            confidence: PREDICTED_CONFIDENCE,
            ruleset: reference.ruleset.to_owned(),
            version: reference.version,
            rule: reference.rule.to_owned(),
            explanation: vec![Explanation::new(Explained::Kind, text, part, reference)],
        }
    }
}

/// Whether the sentence that decided is unambiguous.
fn is_strong(verdict: &Verdict<'_>) -> bool {
    verdict.confidence > UNCLEAR_CONTEXT_CONFIDENCE
}

/// How much more probable the sentences make their kind.
fn evidence_factor(verdict: &Verdict<'_>, strong_count: usize, prediction: &Prediction) -> f32 {
    if !is_strong(verdict) {
        return WEAK_FACTOR;
    }
    // Messages that the model takes for something else may be full of such sentences: interviews of journalists, loans.
    let is_unrelated = prediction.kind == MessageKind::Other && verdict.kind().is_about_application();
    if strong_count > 1 && !is_unrelated {
        PAIR_FACTOR
    } else if is_explained(verdict.kind(), prediction.kind) {
        EXPLAINED_FACTOR
    } else {
        STRONG_FACTOR
    }
}

/// Whether nothing follows a message of this kind.
fn ends_application(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::Rejection | MessageKind::Cancelled | MessageKind::Withdrawn
    )
}

/// Whether a message of one kind often reads like another: invitations and rejections also thank for the application, and
/// outreach and adverts are also about no application.
fn is_explained(kind: MessageKind, predicted: MessageKind) -> bool {
    match predicted {
        MessageKind::Confirmation => outranks_confirmation(kind) || kind == MessageKind::Alert,
        MessageKind::Other => {
            matches!(
                kind,
                MessageKind::Recruiter | MessageKind::Alert | MessageKind::Referral
            )
        }
        _ => false,
    }
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

/// The texts that a rule matched.
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
