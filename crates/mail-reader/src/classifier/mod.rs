//! Classifies messages and extracts their fields with the rules of the platform that sent a message, the rules of its language, and learned
//! models. Reports which rule and which words decided.

mod decision;
mod document;
mod excerpt;
mod explanation;
mod feature_rows;
mod fields;
mod forwards;
mod inspection;
mod interview_form;
mod language_detection;
#[doc(hidden)]
pub mod model;
mod prefilter;
mod recruiting_address;
mod ruleset;
mod subject;
mod thresholds;
mod unknown_language;
mod verdict;

pub use explanation::{Explained, Explanation, MessagePart};
pub use interview_form::interview_form;
pub use ruleset::RulesetError;

use crate::parser::{Headers, Message, Text};
use chrono::NaiveDate;
use decision::{Decision, MessageContext, decide, names_job};
use document::Document;
use domain::mail::MessageKind;
use excerpt::first_match;
use explanation::{BUILT_IN_VERSION, NO_RULESET, RuleRef};
#[doc(hidden)]
pub use fields::{
    Choice, Choices, FEATURES, LinePosition, Ranker, TAGGER_BUCKETS, TAGS, TaggedField, TaggedLine, Tagger,
    Token,
};
use fields::{FieldModels, Fields, extract_fields};
use interview_form::find_interview_form;
use model::{MessageFeatures, Model, Properties};
use recruiting_address::is_recruiting_address;
use ruleset::{Platform, Rule, Rulesets, SenderClaim, Template};
use subject::strip_recipient_name;
use verdict::Statements;

/// Deducted from the confidence if the company is only guessed from the sender's address.
const GUESSED_COMPANY_PENALTY: f32 = 0.1;
/// Confidence of an invitation with a calendar event.
const CALENDAR_CONFIDENCE: f32 = 0.95;

/// The classification of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// Name of the platform that sent it, if one did.
    pub platform: Option<String>,
    /// The kind of message.
    pub kind: MessageKind,
    /// The employer.
    pub company: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// Location of the job.
    pub location: Option<String>,
    /// The employer's requisition number.
    pub requisition: Option<String>,
    /// The date of the application, if the message contains it.
    pub applied_on: Option<NaiveDate>,
    /// From 0 to 1.
    pub confidence: f32,
    /// Name of the ruleset: a platform, a language, or `none`.
    pub ruleset: String,
    /// Version of the ruleset.
    pub ruleset_version: i32,
    /// Name of the rule that decided.
    pub rule: String,
    /// Excerpts of subject and body that the rule matched.
    pub matched_text: Vec<String>,
    /// The words that decided the kind, and those that name company and title, with the rules that found them.
    pub explanation: Vec<Explanation>,
}

impl Classification {
    fn new(fields: Fields, decision: Decision, platform: Option<&Platform>) -> Self {
        let penalty = if fields.is_company_guessed {
            GUESSED_COMPANY_PENALTY
        } else {
            0.0
        };
        Self {
            platform: platform.map(|p| p.public_name.clone()),
            kind: decision.kind,
            company: fields.company,
            title: fields.title,
            location: fields.location,
            requisition: fields.requisition,
            applied_on: fields.applied_on,
            confidence: decision.confidence - penalty,
            ruleset: decision.ruleset,
            ruleset_version: decision.version,
            rule: decision.rule,
            matched_text: decision.explanation.iter().map(|e| e.text.clone()).collect(),
            explanation: decision
                .explanation
                .into_iter()
                .chain(fields.explanation)
                .collect(),
        }
    }
}

/// Classifies messages. Expensive to create, because the rulesets are read; patterns are compiled when they are first needed.
pub struct Classifier {
    rulesets: Rulesets,
    model: Option<Model>,
    field_models: FieldModels,
}

impl Classifier {
    /// Reads the embedded rulesets.
    ///
    /// # Errors
    /// [`RulesetError`] when a file is invalid; the tests ensure that none is.
    pub fn new() -> Result<Self, RulesetError> {
        Ok(Self {
            rulesets: Rulesets::embedded()?,
            model: Model::embedded(),
            field_models: FieldModels::embedded(),
        })
    }

    /// Compiles every pattern of every ruleset.
    ///
    /// # Errors
    /// [`RulesetError`] when one is invalid.
    pub fn check() -> Result<(), RulesetError> {
        Rulesets::check()
    }

    /// Classifies a message; if a person forwarded it, the inner message.
    pub fn classify(&self, message: &Message) -> Classification {
        if self.is_forward(message) && forwards::is_of_sender(message) {
            return header_classification(
                None,
                MessageKind::Other,
                "forward-of-another",
                (MessagePart::Sender, &message.headers.from),
            );
        }
        let message = self.inner_message(message);
        let headers = &message.headers;
        let subject = strip_recipient_name(&headers.subject, &headers.to_name);
        let platform = match self.find_platform(&headers.from) {
            Some((platform, SenderClaim::Ignored)) => return self.ignored_sender(platform, headers, subject),
            Some((platform, SenderClaim::Accepted)) => Some(platform),
            None => None,
        };
        if headers.is_forged {
            return header_classification(
                platform,
                MessageKind::Other,
                "forged-sender",
                (MessagePart::Sender, &headers.from),
            );
        }
        if headers.is_own {
            return header_classification(
                None,
                MessageKind::Other,
                "own-message",
                (MessagePart::Sender, &headers.from),
            );
        }
        let texts = [&message.plain, &message.html];
        let document = Document::new(texts, subject, platform, &self.rulesets);
        let rule = platform.and_then(|p| find_rule(p, headers, &document));
        if let Some(platform) = platform {
            if let Some(template) = find_template(platform, message) {
                let fields = extract_fields(headers, &document, Some(platform), rule, &self.field_models);
                return Classification::new(
                    fields,
                    Decision::from_template(platform, template, headers.is_genuine),
                    Some(platform),
                );
            }
            if let Some((rule, kind, part, matched)) = find_ignore_rule(platform, headers) {
                return header_classification(Some(platform), kind, rule, (part, &matched));
            }
        }
        let statements = Statements::find(&document);
        let is_impersonation = platform.is_none() && self.is_impersonation(headers);
        // A rule with a kind decides without the model.
        let is_decided = rule.is_some_and(|r| r.kind.is_some());
        let prediction = self.model.as_ref().filter(|_| !is_decided).map(|model| {
            let features = message_features(message, &document, &statements, platform);
            (model.predict(&features), model)
        });
        let context = MessageContext {
            headers,
            document: &document,
            platform,
            rule,
            is_impersonation,
            prediction,
        };
        let Some(mut decision) = decide(&context, &statements) else {
            return Classification {
                confidence: 0.5,
                ..header_classification(platform, MessageKind::Other, "none", (MessagePart::Text, ""))
            };
        };
        if message.calendar.is_some() && decision.kind == MessageKind::Interview && statements.is_about_jobs()
        {
            decision.confidence = decision.confidence.max(CALENDAR_CONFIDENCE);
        }
        if decision.kind == MessageKind::Interview
            && let Some(words) = find_interview_form(&document)
        {
            let rule = RuleRef::built_in("interview_form");
            decision
                .explanation
                .push(Explanation::new(Explained::Kind, words, MessagePart::Text, rule));
        }
        let fields = if names_job(decision.kind) {
            extract_fields(headers, &document, platform, rule, &self.field_models)
        } else {
            Fields::default()
        };
        Classification::new(fields, decision, platform)
    }

    /// The names of the platforms that are job boards.
    pub fn job_boards(&self) -> impl Iterator<Item = &str> {
        let boards = self.rulesets.platforms.iter().filter(|p| p.is_job_board);
        boards.map(|p| p.public_name.as_str())
    }

    /// Search words for finding messages about applications in a mailbox, in all languages.
    pub fn search_words(&self) -> Vec<String> {
        let mut words: Vec<String> = self
            .rulesets
            .languages
            .iter()
            .flat_map(|l| l.search_words.iter().cloned())
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// The sender addresses and domains that the rulesets know.
    pub fn senders(&self) -> Vec<String> {
        let platforms = self.rulesets.platforms.iter();
        platforms
            .flat_map(|p| p.sender_addresses.iter().chain(&p.sender_domains))
            .cloned()
            .collect()
    }

    /// Whether a message only wraps one that a person forwarded. Platforms are excluded, because they attach messages to their own.
    fn is_forward(&self, message: &Message) -> bool {
        message.forwarded.is_some()
            && !message.headers.is_forged
            && self.find_platform(&message.headers.from).is_none()
    }

    /// The message that was forwarded, or the message itself.
    fn inner_message<'m>(&self, message: &'m Message) -> &'m Message {
        match &message.forwarded {
            Some(inner) if self.is_forward(message) => self.inner_message(inner),
            _ => message,
        }
    }

    /// The message that a classification is about: the forwarded one, if there is one.
    pub(crate) fn subject_of(&self, mut message: Message) -> Message {
        while self.is_forward(&message) {
            let Some(inner) = message.forwarded.take() else {
                break;
            };
            message = *inner;
        }
        message
    }

    /// Whether the display name is a platform's. Only used if the sender is not a platform.
    fn is_impersonation(&self, headers: &Headers) -> bool {
        let name = headers.from_name.to_lowercase();
        let mut platforms = self.rulesets.platforms.iter();
        platforms.any(|p| {
            name == p.lower_name
                || name
                    .strip_prefix(p.lower_name.as_str())
                    .is_some_and(|rest| rest.starts_with(' '))
        })
    }

    /// The platform of a sender.
    fn find_platform(&self, from: &str) -> Option<(&Platform, SenderClaim)> {
        let claims = self.rulesets.senders.platforms_of(from);
        claims
            .into_iter()
            .filter_map(|number| self.rulesets.platforms.get(number))
            .filter_map(|platform| platform.claims(from).map(|claim| (platform, claim)))
            .min_by_key(|(_, claim)| *claim == SenderClaim::Ignored)
    }

    /// Classifies a message from a platform's address that sends nothing about applications. Only the subject is read.
    fn ignored_sender(&self, platform: &Platform, headers: &Headers, subject: &str) -> Classification {
        let no_text = Text::default();
        let document = Document::new([&no_text; 2], subject, Some(platform), &self.rulesets);
        let kind = Statements::find(&document)
            .verdict()
            .map(|v| v.kind())
            .filter(|kind| matches!(kind, MessageKind::Recruiter | MessageKind::Other))
            .unwrap_or(MessageKind::Alert);
        header_classification(
            Some(platform),
            kind,
            "sender",
            (MessagePart::Sender, &headers.from),
        )
    }
}

fn message_features(
    message: &Message,
    document: &Document<'_>,
    statements: &Statements<'_>,
    platform: Option<&Platform>,
) -> MessageFeatures {
    let properties = Properties {
        is_platform: platform.is_some(),
        is_strict: platform.is_some_and(|p| p.is_strict),
        is_job_board: platform.is_some_and(|p| p.is_job_board),
        is_recruiting_address: is_recruiting_address(&message.headers),
        has_calendar: message.calendar.is_some(),
        links: message.links.len(),
    };
    MessageFeatures::new(message, document, statements, properties)
}

/// The template of the platform that a header or a link of the message identifies.
fn find_template<'p>(platform: &'p Platform, message: &Message) -> Option<&'p Template> {
    let header = message.headers.template.as_deref().unwrap_or_default();
    platform.templates.iter().find(|template| {
        header.starts_with(&template.key) || message.links.iter().any(|link| link.url.contains(&template.key))
    })
}

fn header_classification(
    platform: Option<&Platform>,
    kind: MessageKind,
    rule: &str,
    (part, matched): (MessagePart, &str),
) -> Classification {
    let reference = platform.map_or_else(|| RuleRef::built_in(rule), |p| p.rule_ref(rule));
    let explanation: Vec<Explanation> = (!matched.is_empty())
        .then(|| Explanation::new(Explained::Kind, matched, part, reference))
        .into_iter()
        .collect();
    Classification {
        platform: platform.map(|p| p.public_name.clone()),
        kind,
        company: None,
        title: None,
        location: None,
        requisition: None,
        applied_on: None,
        confidence: 1.0,
        ruleset: platform.map_or_else(|| NO_RULESET.into(), |p| p.name.clone()),
        ruleset_version: platform.map_or(BUILT_IN_VERSION, |p| p.version),
        rule: rule.to_owned(),
        matched_text: explanation.iter().map(|e| e.text.clone()).collect(),
        explanation,
    }
}

/// The ignore rule that matches the subject or the display name: its name, the kind of the message, and the matched text.
fn find_ignore_rule<'p>(
    platform: &'p Platform,
    headers: &Headers,
) -> Option<(&'p str, MessageKind, MessagePart, String)> {
    platform.ignore.iter().find_map(|rule| {
        let subject =
            first_match(&rule.subject_patterns, &headers.subject).map(|m| (MessagePart::Subject, m));
        let matched = subject.or_else(|| {
            first_match(&rule.display_name_patterns, &headers.from_name).map(|m| (MessagePart::Sender, m))
        });
        matched.map(|(part, text)| (rule.name.as_str(), rule.kind, part, text))
    })
}

/// The first rule of a platform that matches a message.
fn find_rule<'p>(platform: &'p Platform, headers: &Headers, document: &Document<'_>) -> Option<&'p Rule> {
    platform.rules.iter().find(|rule| {
        (rule.senders.is_empty() || rule.senders.contains(&headers.from))
            && (rule.subject_patterns.is_empty()
                || rule.subject_patterns.iter().any(|p| p.is_match(document.subject)))
            && (rule.body_patterns.is_empty()
                || rule
                    .body_patterns
                    .iter()
                    .any(|p| document.assertions.iter().any(|s| p.is_match(s))))
            && rule.exactly_once.as_ref().is_none_or(|pattern| {
                let counts = document.lines.iter().map(|line| pattern.count(line));
                counts.sum::<usize>() == 1
            })
    })
}
