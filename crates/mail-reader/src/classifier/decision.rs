//! The kind of a message, from the rule of its platform and from what its sentences say.

use super::{
    document::Document,
    excerpt::first_match,
    explanation::{Explained, Explanation, MessagePart, RuleRef},
    model::{MODEL_VERSION, Model, Prediction},
    ruleset::{Platform, Rule, Template},
    unknown_language::find_application_words,
    verdict::{Evidence, Statements, Verdict},
};
use crate::parser::Headers;
use domain::mail::MessageKind;

/// Confidence of the own rules of a platform.
const PLATFORM_RULE_CONFIDENCE: f32 = 0.97;
/// Confidence of a template of the platform, from an authenticated sender.
const TEMPLATE_CONFIDENCE: f32 = 0.99;
/// Confidence if nothing in the message shows that its "application" is one for a job: a person decides.
const UNCLEAR_CONTEXT_CONFIDENCE: f32 = 0.6;
/// Confidence if a message is about an application, but nothing says what became of it.
const UNCLEAR_KIND_CONFIDENCE: f32 = 0.55;
/// Confidence of what the model decides, or a weak sentence that it does not contradict.
const PREDICTED_CONFIDENCE: f32 = 0.75;
/// How much more probable a strong sentence makes a kind, and a weak one.
const STRONG_FACTOR: f32 = 5.0;
const WEAK_FACTOR: f32 = 3.0;
/// The same for two strong sentences, and for one where the kind of the model explains what else the message says.
const PAIR_FACTOR: f32 = 60.0;
const EXPLAINED_FACTOR: f32 = 20.0;
/// From this probability on, a kind is taken; from the second one on also without words about jobs.
const LIKELY_PROBABILITY: f32 = 0.35;
const CLEAR_PROBABILITY: f32 = 0.5;
/// Without a sentence that says so, the model decides alone from this probability on.
const MODEL_ALONE_PROBABILITY: f32 = 0.3;
/// The same for kinds that are not about an application.
const OTHER_PROBABILITY: f32 = 0.4;
/// Probability of being about an application that a kind of application needs without a strong sentence.
const APPLICATION_PROBABILITY: f32 = 0.4;
/// Below this probability of the model an offer is a question; from the second one on also without a strong sentence it is none.
const MIN_OFFER_PROBABILITY: f32 = 0.3;
const SURE_OFFER_PROBABILITY: f32 = 0.9;
/// Below this probability of being about an application a confirmation of an unknown sender is a question.
const DOUBTFUL_PROBABILITY: f32 = 0.25;
/// Below this one, everything of an unknown sender is a question.
const STRANGE_PROBABILITY: f32 = 0.1;
/// Probability of being about an application from which words about another kind of application do not count.
const CERTAIN_PROBABILITY: f32 = 0.9;
/// Probability of being about an application from which a sentence that says what became of one is a question.
const POSSIBLE_PROBABILITY: f32 = 0.01;
/// Probability of being about an application from which a person is asked.
const ASKING_PROBABILITY: f32 = 0.6;
/// Parts of addresses of departments that answer applications.
const RECRUITING_ADDRESS_WORDS: &[&str] = &[
    "career",
    "careers",
    "job",
    "jobs",
    "recruit",
    "recruiting",
    "recruitment",
    "recruiter",
    "talent",
    "hiring",
    "hr",
    "people",
    "applications",
    "apply",
    "karriere",
    "bewerbung",
    "bewerbungen",
    "personal",
    "recrutement",
    "rh",
    "carrieres",
    "empleo",
    "seleccion",
    "talento",
    "vagas",
    "recrutamento",
    "lavoro",
    "selezione",
    "kariyer",
    "vacatures",
    "rekrutacja",
    "jobb",
    "rrhh",
    "rh",
    "ik",
    "insankaynaklari",
    "insan",
    "kadry",
    "praca",
    "kariera",
    "rekrytering",
    "rekryterare",
    "karriar",
    "werving",
    "werkenbij",
    "sollicitatie",
    "sollicitaties",
    "solliciteren",
    "personeel",
    "candidature",
    "candidatures",
    "emploi",
    "recruteur",
    "candidaturas",
    "candidatura",
    "carreiras",
    "carreras",
    "trabajo",
    "reclutamiento",
    "personas",
    "pessoas",
    "curriculum",
    "cv",
    "risorseumane",
    "ausbildung",
    "stellen",
    "bewerbermanagement",
    "personalabteilung",
    "resourcing",
    "vacancies",
    "employment",
    "staffing",
    "humanresources",
    "basvuru",
    "isealim",
    "rekrutacje",
    "rekruter",
    "headhunter",
];

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

    /// The kind of a template. Anybody can name one; an authenticated sender makes it certain.
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

/// What is known about a message besides its sentences.
pub struct Circumstances<'a> {
    pub headers: &'a Headers,
    pub document: &'a Document<'a>,
    pub platform: Option<&'a Platform>,
    /// The rule of the platform that the message fits.
    pub rule: Option<&'a Rule>,
    /// Somebody else writes under the name of a platform.
    pub is_impersonation: bool,
    /// What the model says, and the model.
    pub prediction: Option<(Prediction, &'a Model)>,
}

/// Combines the rule of the platform with what the sentences say, and where they say too little with the model.
pub fn decide(message: &Circumstances<'_>, statements: &Statements<'_>) -> Option<Decision> {
    let verdict = statements.verdict();
    if let (Some(platform), Some(rule)) = (message.platform, message.rule)
        && let Some(kind) = rule.kind
    {
        // A rule tells the form of a message; a sentence about the outcome says more than a confirmation.
        let outcome = verdict
            .as_ref()
            .filter(|v| v.confidence > UNCLEAR_CONTEXT_CONFIDENCE)
            .filter(|v| match kind {
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
    let is_certain = |(prediction, _): (Prediction, &Model)| prediction.application >= CERTAIN_PROBABILITY;
    if names_job(decision.kind)
        && message.platform.is_none()
        && statements.is_foreign()
        && !message.prediction.is_some_and(is_certain)
    {
        return None;
    }
    Some(decision)
}

impl Circumstances<'_> {
    /// Weighs what the sentences say against the model.
    fn weigh(&self, verdict: Option<&Verdict<'_>>, statements: &Statements<'_>) -> Option<Decision> {
        if self.document.languages.is_empty() {
            return self.in_unknown_language();
        }
        let Some((prediction, model)) = self.prediction else {
            return verdict.map(Decision::from_verdict);
        };
        let is_strong = verdict.is_some_and(|v| v.confidence > UNCLEAR_CONTEXT_CONFIDENCE);
        let count = verdict.map_or(0, |v| statements.count_strong(v.kind()));
        let factor = match verdict {
            // What the model takes for something else may be full of such sentences: interviews of journalists, loans.
            Some(v)
                if is_strong
                    && count > 1
                    && (prediction.kind != MessageKind::Other || !v.kind().is_about_application()) =>
            {
                PAIR_FACTOR
            }
            Some(v) if is_strong && is_explained(v.kind(), prediction.kind) => EXPLAINED_FACTOR,
            _ if is_strong => STRONG_FACTOR,
            _ => WEAK_FACTOR,
        };
        let (kind, probability) = prediction.with_evidence(verdict.map(|v| (v.kind(), factor)));
        let said = verdict.filter(|v| v.kind() == kind);
        // Adverts and outreach that nothing but the model takes for messages about an application.
        if kind.is_about_application()
            && is_strong
            && prediction.application < DOUBTFUL_PROBABILITY
            && let Some(verdict) = verdict.filter(|v| !names_job(v.kind()))
        {
            return (verdict.kind() != MessageKind::Other).then(|| Decision::from_verdict(verdict));
        }
        let mut decision = match said {
            Some(verdict) => Decision::from_verdict(verdict),
            None => self.predicted(model, kind),
        };
        if !names_job(kind) {
            let is_likely = probability >= OTHER_PROBABILITY || said.is_some();
            if kind != MessageKind::Other {
                return is_likely.then_some(decision);
            }
            // A system for applications that says so is trusted, whatever the model says.
            let is_trusted =
                is_strong && self.platform.is_some_and(|p| !p.is_strict) && !self.is_impersonation;
            // A plain sentence that says what became of an application is a question unless the model is certain that it is about another.
            let may_be_own =
                is_strong && prediction.application >= POSSIBLE_PROBABILITY && !self.is_impersonation;
            return verdict
                .filter(|v| (is_trusted || may_be_own) && names_job(v.kind()))
                .map(|v| {
                    let mut decision = Decision::from_verdict(v);
                    if !is_trusted {
                        decision.confidence = decision.confidence.min(UNCLEAR_CONTEXT_CONFIDENCE);
                    }
                    decision
                });
        }
        // Systems for applications also send what is about none.
        if kind == MessageKind::Confirmation
            && verdict.is_none()
            && !statements.is_about_jobs()
            && prediction.probability(kind) < CERTAIN_PROBABILITY
        {
            return None;
        }
        let is_clear = self.has_job_context(statements) || probability >= CLEAR_PROBABILITY;
        let is_likely = probability >= LIKELY_PROBABILITY
            && is_clear
            && (is_strong || prediction.application >= APPLICATION_PROBABILITY)
            && !self.is_impersonation;
        let is_doubtful = match kind {
            // A wrong offer is worse than a question.
            MessageKind::Offer => {
                let needed = if count > 1 && said.is_some() {
                    0.0
                } else if is_strong && said.is_some() {
                    MIN_OFFER_PROBABILITY
                } else {
                    SURE_OFFER_PROBABILITY
                };
                prediction.probability(kind) < needed
            }
            // It creates an application.
            MessageKind::Confirmation => {
                prediction.application < DOUBTFUL_PROBABILITY && self.platform.is_none()
            }
            _ => false,
        } || (said.is_none() && prediction.probability(kind) < MODEL_ALONE_PROBABILITY)
            || (self.platform.is_none() && prediction.application < STRANGE_PROBABILITY);
        if is_doubtful {
            decision.confidence = decision.confidence.min(UNCLEAR_CONTEXT_CONFIDENCE);
        } else if is_likely {
            decision.confidence = decision.confidence.max(PREDICTED_CONFIDENCE);
        } else if prediction.application >= ASKING_PROBABILITY || is_strong {
            decision.confidence = decision.confidence.min(UNCLEAR_CONTEXT_CONFIDENCE);
        } else {
            return None;
        }
        Some(decision)
    }

    /// A question about a message that no rules can read. The kind is one that creates no application.
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

    /// Whether the message is about a job, or comes from somebody who only writes about jobs.
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

/// Whether the sender's address or name is that of a department that answers applications.
pub fn is_recruiting_address(headers: &Headers) -> bool {
    let text = format!("{} {}", headers.from, headers.from_name).to_lowercase();
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| RECRUITING_ADDRESS_WORDS.contains(&word))
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
