//! Extracts company, title and other fields. Rules and a tagger capture candidates from several parts of a message, and a ranker chooses
//! the best company and title.

mod candidates;
mod dates;
mod division;
mod forms;
mod groups;
mod locations;
mod lower_case;
mod names;
mod organization_words;
mod organizations;
mod ranking;
mod sender;
mod source;
mod spans;
mod tagger;
mod title_trimming;
mod trimming;

use super::{
    document::Document,
    explanation::{Explanation, RuleRef},
    ruleset::{IndexedLines, Platform, Rule},
};
use crate::parser::Headers;
use candidates::FieldCandidates;
use chrono::NaiveDate;
use names::NameContext;
pub use ranking::{Choice, Choices, FEATURES, Ranker};
pub use sender::Sender;
use source::FieldSource;
use tagger::mark_places;
pub use tagger::{LinePosition, TAGGER_BUCKETS, TAGS, TaggedField, TaggedLine, Tagger, Token};

/// Maximum number of sentences that the tagger reads; the rest are ignored.
const MAX_TAGGED_LINES: usize = 100;

/// The learned models that find and choose company and title.
pub struct FieldModels {
    pub ranker: Ranker,
    pub tagger: Option<Tagger>,
}

impl FieldModels {
    /// The models embedded in the binary.
    pub fn embedded() -> Self {
        Self {
            ranker: Ranker::embedded(),
            tagger: Tagger::embedded(),
        }
    }
}

/// The fields of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    pub company: Option<String>,
    /// Whether the company is only guessed from the sender's address.
    pub is_company_guessed: bool,
    pub title: Option<String>,
    pub location: Option<String>,
    pub requisition: Option<String>,
    pub applied_on: Option<NaiveDate>,
    /// The words in the message that company and title were read from.
    pub explanation: Vec<Explanation>,
}

/// Extracts the fields of a message.
pub fn extract_fields<'r>(
    headers: &'r Headers,
    document: &'r Document<'r>,
    platform: Option<&'r Platform>,
    rule: Option<&'r Rule>,
    models: &FieldModels,
) -> Fields {
    let context = NameContext::new(headers, document, platform);
    let candidates = capture_fields(
        &context,
        headers,
        document,
        (platform, rule),
        models.tagger.as_ref(),
    );
    candidates.choose(&context, &models.ranker, headers.sent_on)
}

/// The possible companies and titles, to train the ranker. `company` is the correct company, if known; the titles depend on it.
pub fn field_choices<'r>(
    headers: &'r Headers,
    document: &'r Document<'r>,
    platform: Option<&'r Platform>,
    rule: Option<&'r Rule>,
    company: Option<&str>,
    tagger: Option<&Tagger>,
) -> [Choices; 2] {
    let context = NameContext::new(headers, document, platform);
    capture_fields(&context, headers, document, (platform, rule), tagger).choices(&context, company)
}

fn capture_fields<'r>(
    context: &NameContext<'_>,
    headers: &'r Headers,
    document: &'r Document<'r>,
    (platform, rule): (Option<&'r Platform>, Option<&'r Rule>),
    tagger: Option<&Tagger>,
) -> FieldCandidates<'r> {
    let mut candidates = FieldCandidates::new();
    if let (Some(platform), Some(rule)) = (platform, rule) {
        candidates.attribute_to(platform.rule_ref(&rule.name));
        add_rule_fields(rule, document, &mut candidates);
    }
    if let Some(platform) = platform {
        candidates.attribute_to(platform.rule_ref("line_fields"));
        let lines = document.lines.iter().chain(&document.sentences).copied();
        candidates.add_index(
            &platform.line_fields,
            &IndexedLines::new(lines),
            FieldSource::Card,
        );
        candidates.attribute_to(platform.rule_ref("display_name_fields"));
        let name = IndexedLines::new([headers.from_name.as_str()]);
        candidates.add_index(&platform.display_name_fields, &name, FieldSource::PlatformName);
        candidates.attribute_to(platform.rule_ref("sender"));
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
    if let Some(tagger) = tagger {
        candidates.attribute_to(RuleRef::built_in("tagger"));
        candidates.add_tagged(tagger.tag_text(tagged_lines(headers, document, &context.sender)));
    }
    candidates.attribute_to(RuleRef::built_in("capitals"));
    candidates.add_spans(context, document.subject, FieldSource::SubjectSpan);
    candidates.add_introduced_titles(context, document.subject, FieldSource::SubjectSpan);
    candidates.add_bare_subject(context, document.subject, &document.sentences);
    for line in &document.sentences {
        let is_signature = document.signature.contains(line);
        let source = if is_signature {
            FieldSource::Signature
        } else {
            FieldSource::TextSpan
        };
        candidates.add_spans(context, line, source);
        if !is_signature {
            candidates.add_lower_case_titles(context, line, source);
            candidates.add_introduced_titles(context, line, source);
        }
    }
    candidates.attribute_to(RuleRef::built_in("sender"));
    // A pattern also reads "Théâtre du Vieux Quai" as a person at "Vieux Quai", so the whole name is added, too.
    if !candidates.has_display_name() || context.begins_like_an_organization(&headers.from_name) {
        candidates.add_display_name(context, &headers.from_name);
    }
    if platform.is_none() {
        candidates.add_domain(context);
    }
    candidates
}

/// The lines that may contain a title or company: the subject, the sentences, and the display name of the sender.
pub fn tagged_lines<'r>(
    headers: &'r Headers,
    document: &Document<'r>,
    sender: &Sender<'_>,
) -> Vec<TaggedLine<'r>> {
    let sentences = document.sentences.iter().take(MAX_TAGGED_LINES).map(|sentence| {
        let position = if document.signature.contains(sentence) {
            LinePosition::Signature
        } else {
            LinePosition::Text
        };
        TaggedLine::new(sentence, position)
    });
    let names = [
        TaggedLine::new(document.subject, LinePosition::Subject),
        TaggedLine::new(&headers.from_name, LinePosition::DisplayName),
    ];
    let mut lines: Vec<TaggedLine<'r>> = names.into_iter().chain(sentences).collect();
    mark_places(&mut lines, sender.employer_domain());
    lines
}

fn add_rule_fields<'r>(rule: &'r Rule, document: &Document<'_>, candidates: &mut FieldCandidates<'r>) {
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

fn add_language_fields<'r>(headers: &Headers, document: &Document<'r>, candidates: &mut FieldCandidates<'r>) {
    let sentences = document.indexed_sentences();
    let subject = IndexedLines::new([document.subject]);
    let display_name = IndexedLines::new([headers.from_name.as_str()]);
    // Labels end with a colon, so lines without one need not be searched.
    let has_label = |line: &&str| line.contains([':', '：']);
    let lines = IndexedLines::new(document.lines.iter().copied().filter(has_label));
    let signature = IndexedLines::new(document.signature.iter().copied());
    for language in &document.languages {
        let fields = &language.fields;
        candidates.attribute_to(language.rule_ref("fields.display_name"));
        candidates.add_index(&fields.display_name, &display_name, FieldSource::DisplayName);
        let places = [
            ("fields.subject", &fields.subject, &subject, FieldSource::Subject),
            ("fields.labels", &fields.label, &lines, FieldSource::Label),
            (
                "fields.sentence",
                &fields.sentence,
                &sentences,
                FieldSource::Sentence,
            ),
            (
                "fields.signature",
                &fields.signature,
                &signature,
                FieldSource::Signature,
            ),
        ];
        for (rule, index, lines, source) in places {
            candidates.attribute_to(language.rule_ref(rule));
            candidates.add_index(index, lines, source);
        }
    }
}
