//! The kind of a message, from the rule of its platform and from what its sentences say.

use super::{
    document::Document,
    excerpt::first_match,
    explanation::{Explained, Explanation, MessagePart, RuleRef},
    model::{MODEL_VERSION, Prediction},
    ruleset::{Platform, Rule, Template},
    verdict::{Evidence, Statements, Verdict},
};
use crate::parser::Headers;
use domain::mail::MessageKind;

/// Confidence of the own rules of a platform.
const PLATFORM_RULE_CONFIDENCE: f32 = 0.97;
/// Confidence of a template of the platform.
const TEMPLATE_CONFIDENCE: f32 = 0.99;
/// Confidence if nothing in the message shows that its "application" is one for a job: a person decides.
const UNCLEAR_CONTEXT_CONFIDENCE: f32 = 0.6;
/// Confidence if a message is about an application, but nothing says what became of it.
const UNCLEAR_KIND_CONFIDENCE: f32 = 0.55;
/// Confidence of a weak sentence that the model confirms.
const CONFIRMED_CONFIDENCE: f32 = 0.8;
/// Confidence of the model alone.
const PREDICTED_CONFIDENCE: f32 = 0.75;
/// Probability with which the model confirms a weak sentence.
const CONFIRMING_PROBABILITY: f32 = 0.4;
/// Probability with which the model decides alone.
const DECIDING_PROBABILITY: f32 = 0.75;
/// Probability of being about an application from which a person is asked.
const ASKING_PROBABILITY: f32 = 0.4;
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
    fn from_verdict(verdict: &Verdict) -> Self {
        let Evidence {
            kind,
            language,
            language_version,
            rule,
            ..
        } = verdict.deciding.clone();
        Self {
            kind,
            confidence: verdict.confidence,
            ruleset: language,
            version: language_version,
            rule,
            explanation: verdict.evidence().map(Evidence::explain).collect(),
        }
    }

    /// A question: the message is about an application, but no sentence says what became of it.
    fn unclear(headers: &Headers, document: &Document<'_>, rule: &str) -> Self {
        let (part, text) = if document.subject.is_empty() {
            (MessagePart::Sender, headers.from.as_str())
        } else {
            (MessagePart::Subject, document.subject)
        };
        let language = document.languages.first();
        let reference = language.map_or_else(|| RuleRef::built_in(rule), |l| l.rule_ref(rule));
        Self {
            kind: MessageKind::Confirmation,
            confidence: UNCLEAR_KIND_CONFIDENCE,
            ruleset: reference.ruleset.to_owned(),
            version: reference.version,
            rule: rule.to_owned(),
            explanation: vec![Explanation::new(Explained::Kind, text, part, reference)],
        }
    }

    pub fn from_template(platform: &Platform, template: &Template) -> Self {
        let rule = format!("template {}", template.key);
        let explanation = Explanation::new(
            Explained::Kind,
            &template.key,
            MessagePart::Header,
            platform.rule_ref(&rule),
        );
        Self {
            kind: template.kind,
            confidence: TEMPLATE_CONFIDENCE,
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
    /// What the model says.
    pub prediction: Option<Prediction>,
}

/// Combines the rule of the platform with what the sentences say, and where they say too little with the model.
pub fn decide(message: &Circumstances<'_>, statements: &Statements) -> Option<Decision> {
    let verdict = statements.verdict();
    if let (Some(platform), Some(rule)) = (message.platform, message.rule)
        && let Some(kind) = rule.kind
    {
        // A rule tells the form of a message; a sentence about the outcome says more than a confirmation.
        let outcome = verdict
            .as_ref()
            .filter(|v| v.confidence > UNCLEAR_CONTEXT_CONFIDENCE)
            .filter(|v| kind == MessageKind::Confirmation && outranks_confirmation(v.kind()));
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
    let mut decision = match verdict {
        Some(verdict) => message.with_model(Decision::from_verdict(&verdict)),
        None => message.by_model(statements)?,
    };
    if let Some(platform) = message.platform {
        if platform.is_strict && message.rule.is_none() && names_job(decision.kind) {
            decision.confidence = decision.confidence.min(UNCLEAR_CONTEXT_CONFIDENCE);
        }
    } else if names_job(decision.kind) {
        if statements.is_foreign() {
            return None;
        }
        let is_unclear = !statements.is_about_jobs() && !is_recruiting_address(message.headers);
        if is_unclear && decision.confidence <= UNCLEAR_CONTEXT_CONFIDENCE {
            return None;
        }
        if is_unclear || message.is_impersonation {
            decision.confidence = decision.confidence.min(UNCLEAR_CONTEXT_CONFIDENCE);
        }
    }
    Some(decision)
}

impl Circumstances<'_> {
    /// A decision by sentences, confirmed or corrected by the model if they alone are not sure.
    fn with_model(&self, decision: Decision) -> Decision {
        let Some(prediction) = self.prediction else {
            return decision;
        };
        if decision.confidence > UNCLEAR_CONTEXT_CONFIDENCE {
            return decision;
        }
        if prediction.kind == decision.kind {
            let is_likely =
                prediction.probability >= CONFIRMING_PROBABILITY && decision.kind != MessageKind::Offer;
            return if is_likely {
                Decision {
                    confidence: CONFIRMED_CONFIDENCE,
                    ..decision
                }
            } else {
                decision
            };
        }
        if prediction.probability >= DECIDING_PROBABILITY && prediction.kind != MessageKind::Offer {
            return self.predicted(prediction, PREDICTED_CONFIDENCE);
        }
        decision
    }

    /// A decision without any sentence that a rule knows.
    fn by_model(&self, statements: &Statements) -> Option<Decision> {
        let is_about_application = statements.is_about_application();
        let Some(prediction) = self.prediction else {
            return is_about_application
                .then(|| Decision::unclear(self.headers, self.document, "application-context"));
        };
        let is_sure = prediction.probability >= DECIDING_PROBABILITY && prediction.kind != MessageKind::Offer;
        if is_sure && (!names_job(prediction.kind) || statements.is_about_jobs()) {
            return (prediction.kind != MessageKind::Other)
                .then(|| self.predicted(prediction, PREDICTED_CONFIDENCE));
        }
        let may_be_application = prediction.application >= ASKING_PROBABILITY;
        (is_about_application && may_be_application && prediction.kind.is_about_application())
            .then(|| self.predicted(prediction, UNCLEAR_KIND_CONFIDENCE))
    }

    /// The kind that the model predicts.
    fn predicted(&self, prediction: Prediction, confidence: f32) -> Decision {
        let (part, text) = match prediction.sentence {
            0 => (MessagePart::Subject, self.document.subject),
            number => {
                let mut sentences = self.document.assertions.iter().filter(|s| !s.is_empty());
                (
                    MessagePart::Text,
                    sentences.nth(number - 1).copied().unwrap_or_default(),
                )
            }
        };
        let reference = RuleRef {
            ruleset: "model",
            version: MODEL_VERSION,
            rule: prediction.kind.as_str(),
        };
        Decision {
            kind: prediction.kind,
            confidence,
            ruleset: reference.ruleset.to_owned(),
            version: reference.version,
            rule: reference.rule.to_owned(),
            explanation: vec![Explanation::new(Explained::Kind, text, part, reference)],
        }
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
