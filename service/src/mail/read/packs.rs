//! Rule packs: data files, one a platform, compiled once. See `mail/packs/*.toml`; their format is the structs here.

use domain::mail::MailKind;
use regex::Regex;
use serde::Deserialize;

/// What the packs of this build are made of: name and text.
const FILES: [(&str, &str); 6] = [
    ("linkedin", include_str!("../packs/linkedin.toml")),
    ("indeed", include_str!("../packs/indeed.toml")),
    ("greenhouse", include_str!("../packs/greenhouse.toml")),
    ("lever", include_str!("../packs/lever.toml")),
    ("workday", include_str!("../packs/workday.toml")),
    ("smartrecruiters", include_str!("../packs/smartrecruiters.toml")),
];
const SHARED: &str = include_str!("../packs/shared.toml");

/// A pack that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("rule pack {pack}: {reason}")]
pub struct PackError {
    /// Which.
    pub pack: String,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    pack: String,
    version: i32,
    source: String,
    #[serde(default)]
    addresses: Vec<String>,
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    ignored: Vec<String>,
    #[serde(default)]
    never_company: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    employer_texts: bool,
    #[serde(default)]
    tenant_in_address: bool,
    #[serde(default)]
    display: Vec<String>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    nothing: Vec<NothingFile>,
    #[serde(default)]
    rules: Vec<RuleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NothingFile {
    rule: String,
    subject: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    rule: String,
    kind: MailKind,
    confidence: f32,
    #[serde(default)]
    needs: Vec<Need>,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    subject: Vec<String>,
    #[serde(default)]
    hint: Vec<String>,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    card: Vec<String>,
    once: Option<String>,
}

/// A field without which a rule does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Need {
    Company,
    Title,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedFile {
    version: i32,
    nothing: Vec<NothingFile>,
    rules: Vec<RuleFile>,
    rejection: StatusFile,
    interview: StatusFile,
    fields: FieldsFile,
    names: NamesFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusFile {
    not_counted: Vec<String>,
    says: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldsFile {
    card: Vec<String>,
    body: Vec<String>,
    signature: Vec<String>,
    requisition: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesFile {
    not_companies: Vec<String>,
    company_tails: Vec<String>,
    not_titles: Vec<String>,
}

/// A platform's rules, ready to use.
pub(super) struct Pack {
    pub name: String,
    pub version: i32,
    pub source: String,
    pub addresses: Vec<String>,
    pub domains: Vec<String>,
    pub ignored: Vec<String>,
    pub never_company: Vec<String>,
    pub ends: Vec<Regex>,
    pub employer_texts: bool,
    pub tenant_in_address: bool,
    pub display: Vec<Regex>,
    pub fields: Vec<Regex>,
    pub nothing: Vec<Nothing>,
    pub rules: Vec<Rule>,
}

/// Subjects that make nothing.
pub(super) struct Nothing {
    pub rule: String,
    pub subject: Vec<Regex>,
}

/// What makes a mail mean something.
pub(super) struct Rule {
    pub name: String,
    pub kind: MailKind,
    pub confidence: f32,
    pub needs: Vec<Need>,
    pub from: Vec<String>,
    /// One must match, where there are any.
    pub subject: Vec<Regex>,
    /// Subjects that only name fields.
    pub hint: Vec<Regex>,
    /// One must match in the statements, where there are any.
    pub says: Vec<Regex>,
    /// Sentences that name fields.
    pub body: Vec<Regex>,
    /// Lines that name fields.
    pub card: Vec<Regex>,
    /// Must stand exactly once in the mail.
    pub once: Option<Regex>,
}

/// Sentences that decide a status.
pub(super) struct Status {
    pub not_counted: Vec<Regex>,
    pub says: Vec<Regex>,
}

/// What all packs share.
pub(super) struct Shared {
    pub nothing: Vec<Nothing>,
    pub rejection: Status,
    pub interview: Status,
    pub card: Vec<Regex>,
    pub body: Vec<Regex>,
    pub signature: Vec<Regex>,
    pub requisition: Vec<Regex>,
    pub not_companies: Vec<String>,
    pub company_tails: Vec<String>,
    pub not_titles: Vec<String>,
}

/// All packs of this build.
pub(super) struct Packs {
    pub packs: Vec<Pack>,
    pub shared: Shared,
}

impl Packs {
    /// Compiles what is embedded.
    pub fn embedded() -> Result<Self, PackError> {
        let file: SharedFile = parse("shared", SHARED)?;
        let packs = FILES
            .iter()
            .map(|(name, text)| pack(name, text, &file.rules, file.version))
            .collect::<Result<_, _>>()?;
        let of = |patterns: &[String]| compile("shared", patterns);
        let shared = Shared {
            nothing: nothing("shared", &file.nothing)?,
            rejection: Status {
                not_counted: of(&file.rejection.not_counted)?,
                says: of(&file.rejection.says)?,
            },
            interview: Status {
                not_counted: of(&file.interview.not_counted)?,
                says: of(&file.interview.says)?,
            },
            card: of(&file.fields.card)?,
            body: of(&file.fields.body)?,
            signature: of(&file.fields.signature)?,
            requisition: of(&file.fields.requisition)?,
            not_companies: file.names.not_companies,
            company_tails: file.names.company_tails,
            not_titles: file.names.not_titles,
        };
        Ok(Self { packs, shared })
    }
}

fn pack(name: &str, text: &str, common: &[RuleFile], common_version: i32) -> Result<Pack, PackError> {
    let file: PackFile = parse(name, text)?;
    let mut rules = file.rules.clone();
    if file.employer_texts {
        // Saying no comes first: such mails thank for the application as well.
        let (no, yes): (Vec<RuleFile>, Vec<RuleFile>) = common
            .iter()
            .cloned()
            .partition(|r| r.kind == MailKind::Rejection);
        rules.splice(0..0, no);
        rules.extend(yes);
    }
    Ok(Pack {
        // A change of what is shared is a change of the pack that uses it.
        version: file.version
            + if file.employer_texts {
                common_version - 1
            } else {
                0
            },
        name: file.pack,
        source: file.source,
        addresses: file.addresses,
        domains: file.domains,
        ignored: file.ignored,
        never_company: file.never_company,
        ends: compile(name, &file.ends)?,
        employer_texts: file.employer_texts,
        tenant_in_address: file.tenant_in_address,
        display: compile(name, &file.display)?,
        fields: compile(name, &file.fields)?,
        nothing: nothing(name, &file.nothing)?,
        rules: rules
            .into_iter()
            .map(|r| rule(name, r))
            .collect::<Result<_, _>>()?,
    })
}

fn rule(pack: &str, file: RuleFile) -> Result<Rule, PackError> {
    let needs = if file.needs.is_empty() {
        vec![Need::Company]
    } else {
        file.needs
    };
    Ok(Rule {
        subject: compile(pack, &file.subject)?,
        hint: compile(pack, &file.hint)?,
        says: compile(pack, &file.says)?,
        body: compile(pack, &file.body)?,
        card: compile(pack, &file.card)?,
        once: file.once.as_deref().map(|p| pattern(pack, p)).transpose()?,
        name: file.rule,
        kind: file.kind,
        confidence: file.confidence,
        needs,
        from: file.from,
    })
}

fn nothing(pack: &str, files: &[NothingFile]) -> Result<Vec<Nothing>, PackError> {
    files
        .iter()
        .map(|n| {
            Ok(Nothing {
                rule: n.rule.clone(),
                subject: compile(pack, &n.subject)?,
            })
        })
        .collect()
}

fn parse<T: serde::de::DeserializeOwned>(pack: &str, text: &str) -> Result<T, PackError> {
    toml::from_str(text).map_err(|e| PackError {
        pack: pack.into(),
        reason: e.to_string(),
    })
}

fn compile(pack: &str, patterns: &[String]) -> Result<Vec<Regex>, PackError> {
    patterns.iter().map(|p| pattern(pack, p)).collect()
}

/// Short words of the pack language. Gaps are bounded by the sentence, not by a count: that keeps matching linear and
/// cheap; the length of what was found is checked afterwards.
const WORDS: [(&str, &str); 11] = [
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
    (r"\b", r"(?-u:\b)"),
];

fn pattern(pack: &str, text: &str) -> Result<Regex, PackError> {
    let text = WORDS
        .iter()
        .fold(text.to_owned(), |text, (word, means)| text.replace(word, means));
    Regex::new(&format!("(?im){text}")).map_err(|e| PackError {
        pack: pack.into(),
        reason: e.to_string(),
    })
}
