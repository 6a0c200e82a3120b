//! Classifies messages by rulesets and reports which rule and which text decided.

mod extract;
mod rulesets;

pub use rulesets::RulesetError;

use crate::{
    match_key::split_requisition,
    parser::{Headers, Message, Text},
};
use chrono::NaiveDate;
use domain::mail::MessageKind;
use extract::{Captures, ExtractContext, FieldSource};
use regex::Regex;
use rulesets::{IgnoreRule, RequiredField, Rule, Ruleset, Rulesets, SentencePatterns};

/// Maximum length of a matched text that is kept to explain a classification, in characters.
const MAX_MATCHED_TEXT_LEN: usize = 160;
/// Deducted if the company is only guessed from the sender's address.
const GUESSED_COMPANY_PENALTY: f32 = 0.15;

/// The classification of a message from a known platform.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// Name of the platform; becomes the source of an application.
    pub platform: String,
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
    /// Name of the ruleset.
    pub ruleset: String,
    /// Version of the ruleset.
    pub ruleset_version: i32,
    /// Name of the rule that decided.
    pub rule: String,
    /// Excerpts of subject and body that the rule matched.
    pub matched_text: Vec<String>,
}

/// Classifies messages. Expensive to create, because the patterns are compiled.
pub struct Classifier {
    rulesets: Rulesets,
}

impl Classifier {
    /// Compiles the embedded rulesets.
    ///
    /// # Errors
    /// [`RulesetError`] when a ruleset is invalid; the tests ensure that none is.
    pub fn new() -> Result<Self, RulesetError> {
        Ok(Self {
            rulesets: Rulesets::embedded()?,
        })
    }

    /// Whether the headers alone are not enough: a ruleset knows the sender, and neither sender nor subject is ignored.
    pub fn needs_body(&self, headers: &Headers) -> bool {
        self.find_ruleset(&headers.from)
            .is_some_and(|(ruleset, is_ignored)| {
                !is_ignored
                    && !headers.is_forged
                    && self.find_ignore_rule(ruleset, &headers.subject).is_none()
            })
    }

    /// Classifies a message that does not [need its body](Self::needs_body).
    pub fn classify_headers(&self, headers: &Headers) -> Option<Classification> {
        self.find_ruleset(&headers.from)?;
        self.classify(&Message {
            headers: headers.clone(),
            plain: Text::default(),
            html: Text::default(),
        })
    }

    /// Classifies a message; `None` if no ruleset knows the sender.
    pub fn classify(&self, message: &Message) -> Option<Classification> {
        let headers = &message.headers;
        let (ruleset, is_ignored) = self.find_ruleset(&headers.from)?;
        let other = |rule: &str, matched_text: Vec<String>| Classification {
            platform: ruleset.platform.clone(),
            kind: MessageKind::Other,
            company: None,
            title: None,
            location: None,
            requisition: None,
            applied_on: None,
            confidence: 1.0,
            ruleset: ruleset.name.clone(),
            ruleset_version: ruleset.version,
            rule: rule.to_owned(),
            matched_text,
        };
        if is_ignored {
            return Some(other("sender", vec![headers.from.clone()]));
        }
        if headers.is_forged {
            return Some(other("forged-sender", vec![headers.from.clone()]));
        }
        if let Some((rule, matched)) = self.find_ignore_rule(ruleset, &headers.subject) {
            return Some(other(rule, vec![matched]));
        }
        let is_footer_marker = |line: &str| ruleset.footer_markers.iter().any(|m| m.is_match(line));
        let texts = [
            message.plain.without_footer(is_footer_marker),
            message.html.without_footer(is_footer_marker),
        ];
        let rejection = find_sentence(&self.rulesets.shared.rejection, &texts);
        let interview = find_sentence(&self.rulesets.shared.interview, &texts);
        for rule in &ruleset.rules {
            let decisive_sentence = match rule.kind {
                MessageKind::Rejection if rejection.is_none() => continue,
                MessageKind::Rejection => rejection.clone(),
                MessageKind::Confirmation
                    if rejection.is_some() || (ruleset.employer_written && interview.is_some()) =>
                {
                    continue;
                }
                _ => None,
            };
            if let Some(classification) = self.apply_rule(ruleset, rule, headers, &texts, decisive_sentence) {
                return Some(classification);
            }
        }
        let mut fallback = match (rejection, interview) {
            (Some(sentence), _) => Classification {
                kind: MessageKind::Rejection,
                confidence: 0.5,
                ..other("rejection-unclear", vec![sentence])
            },
            (None, Some(sentence)) => Classification {
                kind: MessageKind::Interview,
                confidence: 0.5,
                ..other("interview", vec![sentence])
            },
            (None, None) => Classification {
                confidence: 0.5,
                ..other("none", Vec::new())
            },
        };
        if !ruleset.employer_written {
            fallback.kind = MessageKind::Other;
        }
        Some(fallback)
    }

    /// The rules of all rulesets, as `ruleset rule`.
    pub fn rule_names(&self) -> Vec<String> {
        self.rulesets
            .platforms
            .iter()
            .flat_map(|ruleset| ruleset.rules.iter().map(move |rule| (ruleset, rule)))
            .map(|(ruleset, rule)| format!("{} {}", ruleset.name, rule.name))
            .collect()
    }

    /// The sender addresses and domains that the rulesets know.
    pub fn senders(&self) -> Vec<String> {
        self.rulesets
            .platforms
            .iter()
            .flat_map(|ruleset| ruleset.sender_addresses.iter().chain(&ruleset.sender_domains))
            .cloned()
            .collect()
    }

    /// The ruleset for a sender, and whether the sender is ignored.
    fn find_ruleset(&self, from: &str) -> Option<(&Ruleset, bool)> {
        let (_, host) = from.rsplit_once('@')?;
        let is_within = |domain: &String| {
            host == domain
                || host
                    .strip_suffix(domain.as_str())
                    .is_some_and(|rest| rest.ends_with('.'))
        };
        self.rulesets.platforms.iter().find_map(|ruleset| {
            if ruleset.sender_addresses.iter().any(|a| a == from) {
                return Some((ruleset, false));
            }
            if ruleset
                .ignored_senders
                .iter()
                .any(|i| i == from || (!i.contains('@') && is_within(i)))
            {
                return Some((ruleset, true));
            }
            ruleset
                .sender_domains
                .iter()
                .any(is_within)
                .then_some((ruleset, false))
        })
    }

    /// The name of the ignore rule that matches a subject, and the matched text.
    fn find_ignore_rule<'a>(&'a self, ruleset: &'a Ruleset, subject: &str) -> Option<(&'a str, String)> {
        let rules: [&'a [IgnoreRule]; 2] = [&ruleset.ignore, &self.rulesets.shared.ignore];
        rules.into_iter().flatten().find_map(|rule| {
            first_match(&rule.subject_patterns, subject).map(|matched| (rule.name.as_str(), matched))
        })
    }

    fn apply_rule(
        &self,
        ruleset: &Ruleset,
        rule: &Rule,
        headers: &Headers,
        texts: &[Text; 2],
        decisive_sentence: Option<String>,
    ) -> Option<Classification> {
        if !rule.senders.is_empty() && !rule.senders.contains(&headers.from) {
            return None;
        }
        let subject = strip_recipient_name(&headers.subject, &headers.to_name, ruleset);
        let mut captures = Captures::default();
        let mut matched_text = Vec::new();
        if !rule.subject_patterns.is_empty() {
            matched_text.push(captures.add_first(&rule.subject_patterns, subject, FieldSource::Subject)?);
        }
        captures.add_first(&rule.subject_fields, subject, FieldSource::Subject);
        if !rule.body_patterns.is_empty() {
            let matched = texts
                .iter()
                .find_map(|t| captures.add_first(&rule.body_patterns, &t.unconditional, FieldSource::Body));
            matched_text.push(matched?);
        }
        if let Some(pattern) = &rule.exactly_once {
            let counts = texts.iter().map(|t| pattern.find_iter(&t.sentences).count());
            if counts.max() != Some(1) {
                return None;
            }
        }
        matched_text.extend(decisive_sentence);
        for text in texts {
            captures.add_first(&rule.card_fields, &text.lines, FieldSource::Card);
            captures.add_all(&rule.body_fields, &text.sentences, FieldSource::Body);
            captures.add_all(&ruleset.metadata_fields, &text.sentences, FieldSource::Card);
        }
        captures.add_all(
            &ruleset.display_name_fields,
            &headers.from_name,
            FieldSource::DisplayName,
        );
        if ruleset.employer_written {
            self.capture_shared_fields(ruleset, headers, texts, &mut captures);
        }
        let context = ExtractContext {
            shared: &self.rulesets.shared,
            excluded_companies: &ruleset.excluded_companies,
            sent_on: headers.sent_at.date_naive(),
        };
        let (company, title) = captures.company_and_title(&context);
        let is_missing = |field: &RequiredField| match field {
            RequiredField::Company => company.is_none(),
            RequiredField::Title => title.is_none(),
        };
        if rule.required_fields.iter().any(is_missing) {
            return None;
        }
        let (title, requisition_in_title) = title.map_or((None, None), |t| split_requisition(&t));
        let is_guessed = company
            .as_ref()
            .is_some_and(|(_, source)| *source == FieldSource::Tenant);
        let penalty = if is_guessed { GUESSED_COMPANY_PENALTY } else { 0.0 };
        Some(Classification {
            platform: ruleset.platform.clone(),
            kind: rule.kind,
            location: captures.location(),
            requisition: captures.requisition().or(requisition_in_title),
            applied_on: captures.applied_on(&context),
            confidence: rule.confidence - penalty,
            company: company.map(|(name, _)| name),
            title,
            ruleset: ruleset.name.clone(),
            ruleset_version: ruleset.version,
            rule: rule.name.clone(),
            matched_text: matched_text.iter().map(|text| shorten(text)).collect(),
        })
    }

    /// Captures the fields that any text written by an employer may contain.
    fn capture_shared_fields(
        &self,
        ruleset: &Ruleset,
        headers: &Headers,
        texts: &[Text; 2],
        captures: &mut Captures,
    ) {
        let shared = &self.rulesets.shared;
        for text in texts {
            captures.add_all(&shared.label_fields, &text.lines, FieldSource::Label);
            captures.add_all(&shared.body_fields, &text.sentences, FieldSource::Body);
            captures.add_all(&shared.signature_fields, &text.lines, FieldSource::Signature);
            captures.add_all(&shared.requisition_fields, &text.lines, FieldSource::Body);
        }
        captures.add_all(&shared.requisition_fields, &headers.subject, FieldSource::Subject);
        if ruleset.employer_in_address
            && let Some((tenant, _)) = headers.from.split_once('@')
        {
            captures.add_tenant(tenant);
        }
    }
}

/// Removes the recipient's name: "Ada, thank you for applying to Moss", "Thank you for applying to Moss, Ada!".
fn strip_recipient_name<'a>(subject: &'a str, recipient: &str, ruleset: &Ruleset) -> &'a str {
    if !ruleset.employer_written {
        return subject;
    }
    let first_name = recipient.split(' ').next().filter(|f| f.chars().count() > 1);
    let is_recipient = |name: &str| {
        name.eq_ignore_ascii_case(recipient) || first_name.is_some_and(|f| name.eq_ignore_ascii_case(f))
    };
    let mut subject = subject;
    if let Some((name, rest)) = subject.split_once(", ")
        && is_recipient(name)
    {
        subject = rest;
    }
    let end = subject.trim_end_matches(['!', '.']);
    match end.rsplit_once(", ") {
        Some((rest, name)) if is_recipient(name) => rest,
        _ => subject,
    }
}

/// The text matched in the first sentence that decides the kind, plain text before HTML.
fn find_sentence(patterns: &SentencePatterns, texts: &[Text; 2]) -> Option<String> {
    texts
        .iter()
        .flat_map(|t| t.unconditional.lines())
        .filter(|sentence| !patterns.exceptions.iter().any(|e| e.is_match(sentence)))
        .find_map(|sentence| first_match(&patterns.patterns, sentence))
}

/// The text that the first matching pattern matched.
fn first_match(patterns: &[Regex], text: &str) -> Option<String> {
    patterns
        .iter()
        .find_map(|p| p.find(text))
        .map(|m| shorten(m.as_str()))
}

fn shorten(text: &str) -> String {
    let line = text.replace('\n', " · ");
    if line.chars().count() <= MAX_MATCHED_TEXT_LEN {
        return line;
    }
    let mut short: String = line.chars().take(MAX_MATCHED_TEXT_LEN - 1).collect();
    short.push('…');
    short
}
