//! Platform rulesets: the systems that send email for employers, where their messages contain the fields, and their templates.

use super::{
    RulesetError,
    pattern::{Extent, LazyRegex, PatternCompiler},
    pattern_index::PatternIndex,
};
use crate::classifier::explanation::RuleRef;
use domain::mail::MessageKind;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent properties of a platform"
)]
struct PlatformToml {
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
    is_job_board: bool,
    #[serde(default)]
    is_strict: bool,
    #[serde(default)]
    employer_in_address: bool,
    #[serde(default)]
    employer_in_subdomain: bool,
    #[serde(default)]
    display_name_fields: Vec<String>,
    #[serde(default)]
    line_fields: Vec<String>,
    #[serde(default)]
    templates: Vec<TemplateToml>,
    #[serde(default)]
    ignore: Vec<IgnoreRuleToml>,
    #[serde(default)]
    rules: Vec<RuleToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateToml {
    key: String,
    kind: MessageKind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreRuleToml {
    name: String,
    #[serde(default = "other")]
    kind: MessageKind,
    #[serde(default)]
    subject_patterns: Vec<String>,
    #[serde(default)]
    display_name_patterns: Vec<String>,
}

fn other() -> MessageKind {
    MessageKind::Other
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleToml {
    name: String,
    kind: Option<MessageKind>,
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

/// The compiled rules of a platform.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent properties of a platform"
)]
pub struct Platform {
    pub name: String,
    pub version: i32,
    /// The well-known name, shown as the source of an application.
    pub public_name: String,
    /// The public name in lower case.
    pub lower_name: String,
    pub sender_addresses: Vec<String>,
    pub sender_domains: Vec<String>,
    /// Addresses and domains of the platform that send nothing about applications.
    pub ignored_senders: Vec<String>,
    /// Names that are never the employer, such as the platform's own.
    pub excluded_companies: Vec<String>,
    /// Lines that begin a footer.
    pub footer_markers: PatternIndex,
    /// Whether people find jobs there. If the employer's system also confirms an application, the job board is its source.
    pub is_job_board: bool,
    /// Whether the platform also sends advertisements from the same addresses, so that only its own rules confirm an application.
    pub is_strict: bool,
    /// Whether the local part of the sender's address is the employer's account at the platform.
    pub employer_in_address: bool,
    /// Whether the first label of the sender's domain is the employer's account at the platform.
    pub employer_in_subdomain: bool,
    pub display_name_fields: PatternIndex,
    /// Extract fields from the lines of any message.
    pub line_fields: PatternIndex,
    pub templates: Vec<Template>,
    pub ignore: Vec<IgnoreRule>,
    pub rules: Vec<Rule>,
}

/// A template of the platform, identified by a header or a link of the message.
pub struct Template {
    pub key: String,
    pub kind: MessageKind,
}

/// Recognizes messages that are not about an application by their subject or display name.
pub struct IgnoreRule {
    pub name: String,
    pub kind: MessageKind,
    pub subject_patterns: Vec<LazyRegex>,
    /// Match the display name of the sender.
    pub display_name_patterns: Vec<LazyRegex>,
}

/// Recognizes a type of message and extracts its fields.
pub struct Rule {
    pub name: String,
    /// Without a kind, the sentences of the message decide and the rule only extracts fields.
    pub kind: Option<MessageKind>,
    /// If not empty, the sender must be one of these.
    pub senders: Vec<String>,
    /// If not empty, one must match the subject.
    pub subject_patterns: Vec<LazyRegex>,
    /// If not empty, one must match an unconditional sentence.
    pub body_patterns: Vec<LazyRegex>,
    /// Extract fields from the subject.
    pub subject_fields: Vec<LazyRegex>,
    /// Extract fields from sentences.
    pub body_fields: Vec<LazyRegex>,
    /// Extract fields from lines.
    pub card_fields: Vec<LazyRegex>,
    /// Must match exactly once in the message.
    pub exactly_once: Option<LazyRegex>,
}

impl Platform {
    /// Compiles a platform file.
    pub fn parse(file: &str, content: &str, is_strict: bool) -> Result<Self, RulesetError> {
        let toml: PlatformToml = super::parse_toml(file, content)?;
        let compiler = PatternCompiler::new(file, &BTreeMap::new(), is_strict);
        let compile = |patterns: &[String]| compiler.compile_all(patterns);
        let index = |patterns: &[String]| PatternIndex::new(&compiler, patterns.iter().map(String::as_str));
        let ignore = toml.ignore.iter().map(|rule| {
            Ok(IgnoreRule {
                name: rule.name.clone(),
                kind: rule.kind,
                subject_patterns: compile(&rule.subject_patterns)?,
                display_name_patterns: compile(&rule.display_name_patterns)?,
            })
        });
        let rules = toml.rules.iter().map(|rule| {
            let exactly_once = rule.exactly_once.as_deref();
            Ok(Rule {
                name: rule.name.clone(),
                kind: rule.kind,
                senders: rule.senders.clone(),
                subject_patterns: compile(&rule.subject_patterns)?,
                body_patterns: compile(&rule.body_patterns)?,
                subject_fields: compile(&rule.subject_fields)?,
                body_fields: compile(&rule.body_fields)?,
                card_fields: rule
                    .card_fields
                    .iter()
                    .map(|pattern| compiler.compile_for(pattern, Extent::Lines))
                    .collect::<Result<_, _>>()?,
                exactly_once: exactly_once
                    .map(|pattern| compiler.compile(pattern))
                    .transpose()?,
            })
        });
        let templates = toml.templates.into_iter();
        Ok(Self {
            footer_markers: index(&toml.footer_markers)?,
            display_name_fields: index(&toml.display_name_fields)?,
            line_fields: index(&toml.line_fields)?,
            ignore: ignore.collect::<Result<_, _>>()?,
            rules: rules.collect::<Result<_, _>>()?,
            templates: templates
                .map(|t| Template {
                    key: t.key,
                    kind: t.kind,
                })
                .collect(),
            name: toml.name,
            version: toml.version,
            lower_name: toml.platform.to_lowercase(),
            public_name: toml.platform,
            sender_addresses: toml.sender_addresses,
            sender_domains: toml.sender_domains,
            ignored_senders: toml.ignored_senders,
            excluded_companies: toml.excluded_companies,
            is_job_board: toml.is_job_board,
            is_strict: toml.is_strict,
            employer_in_address: toml.employer_in_address,
            employer_in_subdomain: toml.employer_in_subdomain,
        })
    }

    /// A reference to a rule of the platform.
    pub fn rule_ref<'r>(&'r self, rule: &'r str) -> RuleRef<'r> {
        RuleRef {
            ruleset: &self.name,
            version: self.version,
            rule,
        }
    }

    /// Whether a message from this address comes from the platform, and whether such messages are ignored.
    pub fn claims(&self, from: &str) -> Option<SenderClaim> {
        if self.sender_addresses.iter().any(|a| a == from) {
            return Some(SenderClaim::Accepted);
        }
        let (_, host) = from.rsplit_once('@')?;
        let is_ignored = |entry: &String| entry == from || (!entry.contains('@') && is_within(host, entry));
        if self.ignored_senders.iter().any(is_ignored) {
            return Some(SenderClaim::Ignored);
        }
        let is_sender = self.sender_domains.iter().any(|domain| is_within(host, domain));
        is_sender.then_some(SenderClaim::Accepted)
    }
}

/// How a platform treats a sender that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderClaim {
    /// Sends messages about applications.
    Accepted,
    /// Belongs to the platform, but sends nothing about applications.
    Ignored,
}

/// Whether a host is a domain or one of its subdomains. `*` in a domain stands for any one label.
fn is_within(host: &str, domain: &str) -> bool {
    if domain.contains('*') {
        let (hosts, domains): (Vec<&str>, Vec<&str>) =
            (host.split('.').collect(), domain.split('.').collect());
        return hosts.len() >= domains.len()
            && hosts
                .iter()
                .rev()
                .zip(domains.iter().rev())
                .all(|(h, d)| *d == "*" || h == d);
    }
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}
