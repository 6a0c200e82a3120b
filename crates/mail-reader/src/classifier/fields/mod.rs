//! Company, title and other fields. Rules capture candidates in several places of a message; places that agree outweigh a single
//! one, and implausible values are rejected.

mod candidates;
mod groups;
mod names;
mod organizations;
mod sender;
mod source;
mod spans;

use super::{
    document::Document,
    ruleset::{IndexedLines, Platform, Rule},
};
use crate::parser::Headers;
use candidates::FieldCandidates;
use chrono::NaiveDate;
use names::NameContext;
use source::FieldSource;

/// The fields of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    pub company: Option<String>,
    /// The company is only guessed from an address.
    pub is_company_guessed: bool,
    pub title: Option<String>,
    pub location: Option<String>,
    pub requisition: Option<String>,
    pub applied_on: Option<NaiveDate>,
}

/// Extracts the fields of a message.
pub fn extract_fields(
    headers: &Headers,
    document: &Document<'_>,
    platform: Option<&Platform>,
    rule: Option<&Rule>,
) -> Fields {
    let context = NameContext::new(headers, document, platform);
    let mut candidates = FieldCandidates::default();
    if let Some(rule) = rule {
        add_rule_fields(rule, document, &mut candidates);
    }
    if let Some(platform) = platform {
        for pattern in &platform.line_fields {
            for line in document.lines.iter().chain(&document.sentences) {
                candidates.add_match(pattern, line, FieldSource::Card);
            }
        }
        candidates.add_all(
            &platform.display_name_fields,
            &headers.from_name,
            FieldSource::PlatformName,
        );
        if platform.employer_in_address
            && let Some((tenant, _)) = headers.from.split_once('@')
        {
            candidates.add_tenant(tenant);
        }
        if platform.employer_in_subdomain
            && let Some((_, host)) = headers.from.split_once('@')
            && let Some((tenant, _)) = host.split_once('.')
        {
            candidates.add_tenant(tenant);
        }
    }
    add_language_fields(headers, document, &mut candidates);
    candidates.add_spans(&context, document.subject, FieldSource::SubjectSpan);
    for line in document.sentences.iter().chain(&document.signature) {
        candidates.add_spans(&context, line, FieldSource::TextSpan);
    }
    if !candidates.has_display_name() {
        candidates.add_display_name(&context, &headers.from_name);
    }
    if platform.is_none() {
        candidates.add_domain(&context);
    }
    candidates.choose(&context, headers.sent_on)
}

fn add_rule_fields(rule: &Rule, document: &Document<'_>, candidates: &mut FieldCandidates) {
    candidates.add_first(&rule.subject_patterns, document.subject, FieldSource::RuleSubject);
    candidates.add_first(&rule.subject_fields, document.subject, FieldSource::RuleSubject);
    let text = document.lines.join("\n");
    candidates.add_first(&rule.card_fields, &text, FieldSource::Card);
    for pattern in rule.body_patterns.iter().chain(&rule.body_fields) {
        for sentence in &document.sentences {
            candidates.add_match(pattern, sentence, FieldSource::RuleText);
        }
    }
}

fn add_language_fields(headers: &Headers, document: &Document<'_>, candidates: &mut FieldCandidates) {
    let sentences = document.indexed_sentences();
    let subject = IndexedLines::new([document.subject]);
    let lines = IndexedLines::new(document.lines.iter().copied());
    let signature = IndexedLines::new(document.signature.iter().copied());
    for language in &document.languages {
        let fields = &language.fields;
        candidates.add_all(&fields.display_name, &headers.from_name, FieldSource::DisplayName);
        let places = [
            (&fields.subject, &subject, FieldSource::Subject),
            (&fields.label, &lines, FieldSource::Label),
            (&fields.sentence, &sentences, FieldSource::Sentence),
            (&fields.signature, &signature, FieldSource::Signature),
        ];
        for (index, lines, source) in places {
            for (_, pattern, line) in index.candidates(lines) {
                candidates.add_match(pattern, line, source);
            }
        }
    }
}
