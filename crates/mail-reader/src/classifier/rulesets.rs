//! Rulesets: TOML files, one per platform and one with shared rules, compiled once. The structs with `Toml` in their name are
//! the file format.

use domain::mail::MessageKind;
use regex::Regex;
use serde::Deserialize;

/// The embedded rulesets: name and content.
const PLATFORM_RULESETS: [(&str, &str); 6] = [
    ("linkedin", include_str!("../../rulesets/linkedin.toml")),
    ("indeed", include_str!("../../rulesets/indeed.toml")),
    ("greenhouse", include_str!("../../rulesets/greenhouse.toml")),
    ("lever", include_str!("../../rulesets/lever.toml")),
    ("workday", include_str!("../../rulesets/workday.toml")),
    (
        "smartrecruiters",
        include_str!("../../rulesets/smartrecruiters.toml"),
    ),
];
const SHARED: &str = include_str!("../../rulesets/shared.toml");

/// An invalid ruleset.
#[derive(Debug, thiserror::Error)]
#[error("invalid ruleset {ruleset}: {reason}")]
pub struct RulesetError {
    /// Name of the ruleset.
    pub ruleset: String,
    /// The message of the TOML parser or the regex compiler.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesetToml {
    name: String,
    version: i32,
    platform: String,
    #[serde(default)]
    sender_addresses: Vec<String>,
    #[serde(default)]
    sender_domains: Vec<String>,
    #[serde(default)]
    ignored_senders: Vec<String>,
    #[serde(default)]
    excluded_companies: Vec<String>,
    #[serde(default)]
    footer_markers: Vec<String>,
    #[serde(default)]
    employer_written: bool,
    #[serde(default)]
    employer_in_address: bool,
    #[serde(default)]
    display_name_fields: Vec<String>,
    #[serde(default)]
    metadata_fields: Vec<String>,
    #[serde(default)]
    ignore: Vec<IgnoreRuleToml>,
    #[serde(default)]
    rules: Vec<RuleToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreRuleToml {
    name: String,
    subject_patterns: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleToml {
    name: String,
    kind: MessageKind,
    confidence: f32,
    #[serde(default)]
    required_fields: Vec<RequiredField>,
    #[serde(default)]
    senders: Vec<String>,
    #[serde(default)]
    subject_patterns: Vec<String>,
    #[serde(default)]
    body_patterns: Vec<String>,
    #[serde(default)]
    subject_fields: Vec<String>,
    #[serde(default)]
    body_fields: Vec<String>,
    #[serde(default)]
    card_fields: Vec<String>,
    exactly_once: Option<String>,
}

/// A field without which a rule does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RequiredField {
    Company,
    Title,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedToml {
    version: i32,
    ignore: Vec<IgnoreRuleToml>,
    rules: Vec<RuleToml>,
    rejection: SentencePatternsToml,
    interview: SentencePatternsToml,
    fields: FieldPatternsToml,
    names: NamesToml,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentencePatternsToml {
    exceptions: Vec<String>,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldPatternsToml {
    label: Vec<String>,
    body: Vec<String>,
    signature: Vec<String>,
    requisition: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesToml {
    excluded_companies: Vec<String>,
    company_suffixes: Vec<String>,
    excluded_titles: Vec<String>,
}

/// The compiled rules of a platform.
pub(super) struct Ruleset {
    pub name: String,
    pub version: i32,
    pub platform: String,
    pub sender_addresses: Vec<String>,
    pub sender_domains: Vec<String>,
    /// Addresses and domains of the platform that send nothing about applications.
    pub ignored_senders: Vec<String>,
    /// Names that are never the employer, such as that of the platform.
    pub excluded_companies: Vec<String>,
    /// Lines that begin a footer; see [`Text::without_footer`](crate::parser::Text::without_footer).
    pub footer_markers: Vec<Regex>,
    /// The employer writes the text, so the shared rules and fields apply.
    pub employer_written: bool,
    /// The local part of the sender's address is the employer's account at the platform.
    pub employer_in_address: bool,
    pub display_name_fields: Vec<Regex>,
    pub metadata_fields: Vec<Regex>,
    pub ignore: Vec<IgnoreRule>,
    pub rules: Vec<Rule>,
}

/// Subjects of messages that are not about an application.
pub(super) struct IgnoreRule {
    pub name: String,
    pub subject_patterns: Vec<Regex>,
}

/// Recognizes a kind of message and extracts its fields.
pub(super) struct Rule {
    pub name: String,
    pub kind: MessageKind,
    pub confidence: f32,
    pub required_fields: Vec<RequiredField>,
    /// If not empty, the sender must be one of these.
    pub senders: Vec<String>,
    /// If not empty, one must match the subject.
    pub subject_patterns: Vec<Regex>,
    /// If not empty, one must match an unconditional sentence.
    pub body_patterns: Vec<Regex>,
    /// Extract fields from the subject.
    pub subject_fields: Vec<Regex>,
    /// Extract fields from sentences.
    pub body_fields: Vec<Regex>,
    /// Extract fields from lines.
    pub card_fields: Vec<Regex>,
    /// Must match exactly once in the message.
    pub exactly_once: Option<Regex>,
}

/// A sentence that matches `patterns` and no exception decides the kind of a message.
pub(super) struct SentencePatterns {
    pub exceptions: Vec<Regex>,
    pub patterns: Vec<Regex>,
}

/// Patterns for the messages of all platforms.
pub(super) struct SharedRules {
    pub ignore: Vec<IgnoreRule>,
    pub rejection: SentencePatterns,
    pub interview: SentencePatterns,
    pub label_fields: Vec<Regex>,
    pub body_fields: Vec<Regex>,
    pub signature_fields: Vec<Regex>,
    pub requisition_fields: Vec<Regex>,
    pub excluded_companies: Vec<String>,
    pub company_suffixes: Vec<String>,
    pub excluded_titles: Vec<String>,
}

/// All embedded rulesets.
pub(super) struct Rulesets {
    pub platforms: Vec<Ruleset>,
    pub shared: SharedRules,
}

impl Rulesets {
    /// Compiles the embedded rulesets.
    pub fn embedded() -> Result<Self, RulesetError> {
        let toml: SharedToml = parse("shared", SHARED)?;
        let platforms = PLATFORM_RULESETS
            .iter()
            .map(|(name, content)| compile_ruleset(name, content, &toml.rules, toml.version))
            .collect::<Result<_, _>>()?;
        let compile = |patterns: &[String]| compile_patterns("shared", patterns);
        let shared = SharedRules {
            ignore: compile_ignore_rules("shared", &toml.ignore)?,
            rejection: SentencePatterns {
                exceptions: compile(&toml.rejection.exceptions)?,
                patterns: compile(&toml.rejection.patterns)?,
            },
            interview: SentencePatterns {
                exceptions: compile(&toml.interview.exceptions)?,
                patterns: compile(&toml.interview.patterns)?,
            },
            label_fields: compile(&toml.fields.label)?,
            body_fields: compile(&toml.fields.body)?,
            signature_fields: compile(&toml.fields.signature)?,
            requisition_fields: compile(&toml.fields.requisition)?,
            excluded_companies: toml.names.excluded_companies,
            company_suffixes: toml.names.company_suffixes,
            excluded_titles: toml.names.excluded_titles,
        };
        Ok(Self { platforms, shared })
    }
}

fn compile_ruleset(
    name: &str,
    content: &str,
    shared_rules: &[RuleToml],
    shared_version: i32,
) -> Result<Ruleset, RulesetError> {
    let toml: RulesetToml = parse(name, content)?;
    let mut rules = toml.rules.clone();
    if toml.employer_written {
        // Rejections come first, because they also thank for the application.
        let (rejections, others): (Vec<RuleToml>, Vec<RuleToml>) = shared_rules
            .iter()
            .cloned()
            .partition(|r| r.kind == MessageKind::Rejection);
        rules.splice(0..0, rejections);
        rules.extend(others);
    }
    Ok(Ruleset {
        // A new version of the shared rules is a new version of each ruleset that uses them.
        version: toml.version
            + if toml.employer_written {
                shared_version - 1
            } else {
                0
            },
        name: toml.name,
        platform: toml.platform,
        sender_addresses: toml.sender_addresses,
        sender_domains: toml.sender_domains,
        ignored_senders: toml.ignored_senders,
        excluded_companies: toml.excluded_companies,
        footer_markers: compile_patterns(name, &toml.footer_markers)?,
        employer_written: toml.employer_written,
        employer_in_address: toml.employer_in_address,
        display_name_fields: compile_patterns(name, &toml.display_name_fields)?,
        metadata_fields: compile_patterns(name, &toml.metadata_fields)?,
        ignore: compile_ignore_rules(name, &toml.ignore)?,
        rules: rules
            .into_iter()
            .map(|rule| compile_rule(name, rule))
            .collect::<Result<_, _>>()?,
    })
}

fn compile_rule(ruleset: &str, toml: RuleToml) -> Result<Rule, RulesetError> {
    let required_fields = if toml.required_fields.is_empty() {
        vec![RequiredField::Company]
    } else {
        toml.required_fields
    };
    Ok(Rule {
        subject_patterns: compile_patterns(ruleset, &toml.subject_patterns)?,
        body_patterns: compile_patterns(ruleset, &toml.body_patterns)?,
        subject_fields: compile_patterns(ruleset, &toml.subject_fields)?,
        body_fields: compile_patterns(ruleset, &toml.body_fields)?,
        card_fields: compile_patterns(ruleset, &toml.card_fields)?,
        exactly_once: toml
            .exactly_once
            .as_deref()
            .map(|pattern| compile_pattern(ruleset, pattern))
            .transpose()?,
        name: toml.name,
        kind: toml.kind,
        confidence: toml.confidence,
        required_fields,
        senders: toml.senders,
    })
}

fn compile_ignore_rules(ruleset: &str, rules: &[IgnoreRuleToml]) -> Result<Vec<IgnoreRule>, RulesetError> {
    rules
        .iter()
        .map(|rule| {
            Ok(IgnoreRule {
                name: rule.name.clone(),
                subject_patterns: compile_patterns(ruleset, &rule.subject_patterns)?,
            })
        })
        .collect()
}

fn parse<T: serde::de::DeserializeOwned>(ruleset: &str, content: &str) -> Result<T, RulesetError> {
    toml::from_str(content).map_err(|e| RulesetError {
        ruleset: ruleset.into(),
        reason: e.to_string(),
    })
}

fn compile_patterns(ruleset: &str, patterns: &[String]) -> Result<Vec<Regex>, RulesetError> {
    patterns
        .iter()
        .map(|pattern| compile_pattern(ruleset, pattern))
        .collect()
}

/// Placeholders of the pattern language. Captures are bounded by the sentence and not by a count, which keeps matching
/// linear; the length of a captured value is checked afterwards.
const PLACEHOLDERS: [(&str, &str); 11] = [
    (
        "{STOPTC}",
        r"(?:{END}|, (?:and|which|we|our|you|so|but|where|as)\b| and (?:we|will|are|our|have|look|appreciate)\b| (?:here|is|was|has|in our|on our)\b|;| [-–—] (?:we|our|your|thank|please)\b)",
    ),
    (
        "{STOPT}",
        r"(?:{END}|, (?:and|which|we|our|you|so|but|where|as)\b| and (?:we|will|are|our|have|look|appreciate)\b| (?:at|with our|with us|here|in our|on our|within our|is|was|has)\b|;| [-–—] (?:we|our|your|thank|please)\b)",
    ),
    (
        "{STOPC}",
        r"(?:{END}|, (?:and|which|we|our|you|so|but|where|as)\b| and (?:we|will|are|our|have|look|appreciate|for|your|taking|the time)\b| (?:for (?:the|our|an?|your)|as (?:an?|our)|is|was|has|here|because|where|through|via|regarding)\b|;| [-–—] )",
    ),
    ("{END}", r#"[.!?…:"”]*$"#),
    ("{TC}", r"(?<title_at_company>[^\n]+?)"),
    ("{T}", r"(?<title>[^\n]+?)"),
    ("{C}", r"(?<company>[^\n]+?)"),
    ("{L}", r"(?<location>[^\n]+?)"),
    ("{R}", r"(?<requisition>[A-Z]{0,6}[-_]?\d[\w-]{2,20})"),
    ("{D}", r"(?<applied_on>[^\n]+?)"),
    // Unicode word boundaries make the regex engine leave its fast DFA on text that is not ASCII.
    (r"\b", r"(?-u:\b)"),
];

fn compile_pattern(ruleset: &str, pattern: &str) -> Result<Regex, RulesetError> {
    let pattern = PLACEHOLDERS
        .iter()
        .fold(pattern.to_owned(), |pattern, (placeholder, regex)| {
            pattern.replace(placeholder, regex)
        });
    Regex::new(&format!("(?im){pattern}")).map_err(|e| RulesetError {
        ruleset: ruleset.into(),
        reason: e.to_string(),
    })
}
