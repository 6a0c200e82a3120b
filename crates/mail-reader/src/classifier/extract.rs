//! Chooses company, title and other fields among the values that the patterns captured: sources have an order of
//! precedence, and implausible values are rejected.

use super::rulesets::SharedRules;
use crate::{
    match_key::{self, is_requisition, trim_name},
    parser::parse_date,
};
use chrono::NaiveDate;
use regex::Regex;

/// Where in a message a value was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldSource {
    /// The lines in which the platform shows the job.
    Card,
    /// `Label: value`.
    Label,
    Subject,
    /// A sentence.
    Body,
    /// The display name of the sender.
    DisplayName,
    /// The lines below the text.
    Signature,
    /// The local part of the sender's address; only a guess.
    Tenant,
}

/// The sources of a company in order of precedence.
const COMPANY_SOURCES: [FieldSource; 7] = [
    FieldSource::Card,
    FieldSource::Label,
    FieldSource::Subject,
    FieldSource::Body,
    FieldSource::DisplayName,
    FieldSource::Signature,
    FieldSource::Tenant,
];
/// The sources of a title in order of precedence.
const TITLE_SOURCES: [FieldSource; 4] = [
    FieldSource::Card,
    FieldSource::Label,
    FieldSource::Subject,
    FieldSource::Body,
];

/// What is needed to validate values.
pub(super) struct ExtractContext<'a> {
    pub shared: &'a SharedRules,
    pub excluded_companies: &'a [String],
    pub sent_on: NaiveDate,
}

/// A captured value.
struct Capture {
    source: FieldSource,
    /// One of [`GROUP_NAMES`].
    group: &'static str,
    value: String,
}

/// All captured values, in the order of capture.
#[derive(Default)]
pub(super) struct Captures(Vec<Capture>);

const GROUP_NAMES: [&str; 8] = [
    "title",
    "company",
    "company_checked",
    "title_at_company",
    "title_dash_company",
    "location",
    "requisition",
    "applied_on",
];

impl Captures {
    /// Adds the captures of the first pattern that matches, and returns the matched text.
    pub fn add_first(&mut self, patterns: &[Regex], text: &str, source: FieldSource) -> Option<String> {
        let (pattern, captures) = patterns.iter().find_map(|p| p.captures(text).map(|c| (p, c)))?;
        let matched = captures.get(0).map(|m| m.as_str().to_owned());
        self.add(pattern, &captures, source);
        matched
    }

    /// Adds the captures of the first match of each pattern.
    pub fn add_all(&mut self, patterns: &[Regex], text: &str, source: FieldSource) {
        for pattern in patterns {
            if let Some(captures) = pattern.captures(text) {
                self.add(pattern, &captures, source);
            }
        }
    }

    /// Adds a company guessed from the tenant in an address: `tideline-careers` may be Tideline.
    pub fn add_tenant(&mut self, tenant: &str) {
        let words: Vec<String> = tenant
            .split(['-', '_', '.', '+'])
            .filter(|w| !w.is_empty())
            .map(capitalize)
            .collect();
        self.0.push(Capture {
            source: FieldSource::Tenant,
            group: "company",
            value: words.join(" "),
        });
    }

    fn add(&mut self, pattern: &Regex, captures: &regex::Captures<'_>, source: FieldSource) {
        for name in pattern.capture_names().flatten() {
            let (Some(group), Some(value)) = (GROUP_NAMES.iter().find(|n| **n == name), captures.name(name))
            else {
                continue;
            };
            self.0.push(Capture {
                source,
                group,
                value: value.as_str().trim().to_owned(),
            });
        }
    }

    fn values<'a>(&'a self, source: FieldSource, group: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |c| c.source == source && c.group == group)
            .map(|c| c.value.as_str())
    }

    /// The company with its source, and the title.
    pub fn company_and_title(
        &self,
        context: &ExtractContext<'_>,
    ) -> (Option<(String, FieldSource)>, Option<String>) {
        let company_in = |source, group| {
            self.values(source, group)
                .find_map(|value| context.clean_company(value))
        };
        let mut company = None;
        for source in COMPANY_SOURCES {
            company = company_in(source, "company").map(|c| (c, source));
            // A card may belong to another job: it counts only if the subject names the same company.
            let in_subject = company_in(FieldSource::Subject, "company");
            let in_card = company_in(source, "company_checked");
            if let (Some(in_subject), Some(in_card)) = (in_subject, in_card) {
                if match_key::company(&in_subject) == match_key::company(&in_card) {
                    company = Some((in_card, source));
                } else {
                    return (
                        Some((in_subject, FieldSource::Subject)),
                        self.title(context, None, true),
                    );
                }
            }
            let after_separator = |group, separator| {
                self.values(source, group)
                    .find_map(|value| split_last(value, separator))
                    .and_then(|(_, company)| context.clean_company(company))
            };
            company = company.or_else(|| {
                after_separator("title_at_company", " at ")
                    .or_else(|| after_separator("title_dash_company", " - "))
                    .map(|c| (c, source))
            });
            if company.is_some() {
                break;
            }
        }
        let title = self.title(context, company.as_ref().map(|(c, _)| c.as_str()), false);
        (company, title)
    }

    fn title(
        &self,
        context: &ExtractContext<'_>,
        company: Option<&str>,
        without_card: bool,
    ) -> Option<String> {
        TITLE_SOURCES
            .into_iter()
            .filter(|source| !(without_card && *source == FieldSource::Card))
            .flat_map(|source| self.0.iter().filter(move |c| c.source == source))
            .find_map(|capture| {
                let value = capture.value.as_str();
                let title = match capture.group {
                    "title" => strip_company(value, company),
                    "title_at_company" => {
                        let stripped = strip_company(value, company);
                        if stripped.len() < value.len() {
                            stripped
                        } else {
                            split_last(value, " at ").map_or(value, |(title, _)| title)
                        }
                    }
                    "title_dash_company" => split_last(value, " - ")?.0,
                    _ => return None,
                };
                context.clean_title(title, company)
            })
    }

    pub fn location(&self) -> Option<String> {
        let location = self
            .values(FieldSource::Card, "location")
            .chain(self.values(FieldSource::Label, "location"))
            .next()?;
        let location = location.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '('));
        let is_plausible =
            !location.is_empty() && location.chars().count() <= 120 && !location.contains("://");
        is_plausible.then(|| location.to_owned())
    }

    pub fn requisition(&self) -> Option<String> {
        TITLE_SOURCES
            .into_iter()
            .flat_map(|source| self.values(source, "requisition"))
            .find(|r| is_requisition(r))
            .map(str::to_uppercase)
    }

    pub fn applied_on(&self, context: &ExtractContext<'_>) -> Option<NaiveDate> {
        [FieldSource::Card, FieldSource::Body]
            .into_iter()
            .flat_map(|source| self.values(source, "applied_on"))
            .find_map(|date| parse_date(date, context.sent_on))
    }
}

fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Splits at the last separator that has text on both sides.
fn split_last<'a>(value: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    value
        .rsplit_once(separator)
        .filter(|(a, b)| !a.trim().is_empty() && !b.trim().is_empty())
}

/// Removes " at Company" from the end of a title.
fn strip_company<'a>(title: &'a str, company: Option<&str>) -> &'a str {
    let Some(company) = company else { return title };
    for separator in [" at ", " with ", " @ ", " bei ", " chez ", " - "] {
        if let Some((front, back)) = title.rsplit_once(separator)
            && match_key::company(back) == match_key::company(company)
        {
            return front;
        }
        // The company itself may contain the separator.
        let suffix = format!("{separator}{company}").to_lowercase();
        if title.to_lowercase().ends_with(&suffix)
            && title.is_char_boundary(title.len().saturating_sub(suffix.len()))
        {
            return title.get(..title.len() - suffix.len()).unwrap_or(title);
        }
    }
    title
}

impl ExtractContext<'_> {
    /// Cleans a captured company name; `None` if it cannot be one.
    fn clean_company(&self, raw: &str) -> Option<String> {
        let mut name = trim_name(raw);
        if let Some(rest) = name.strip_prefix("join ") {
            name = rest.trim();
        }
        name = name.strip_prefix("the ").unwrap_or(name);
        loop {
            let lower = name.to_lowercase();
            let suffix = self.shared.company_suffixes.iter().find(|s| {
                lower
                    .strip_suffix(s.as_str())
                    .is_some_and(|rest| rest.ends_with(' ') && !rest.trim().is_empty())
                    && lower.len() == name.len()
            });
            let Some(suffix) = suffix else { break };
            name = trim_name(name.get(..name.len() - suffix.len())?);
        }
        let lower = name.to_lowercase();
        let chars = name.chars().count();
        let words = lower.split_whitespace().count();
        let is_well_formed =
            (1..=100).contains(&chars) && words <= 10 && name.chars().any(char::is_alphanumeric);
        let is_sentence = [
            "our ",
            "your ",
            "this ",
            "be ",
            "a ",
            "an ",
            "my ",
            "for ",
            "us ",
            "position ",
            "role ",
            "job ",
        ]
        .iter()
        .any(|p| name.starts_with(p))
            || [" you ", " your ", " we ", " our ", " will "]
                .iter()
                .any(|w| lower.contains(w))
            || [" position", " role", " vacancy", " opening"]
                .iter()
                .any(|w| name.ends_with(w) || name.contains(&format!("{w} ")));
        let is_address = name.contains("://") || name.contains('@');
        let is_excluded = self.shared.excluded_companies.contains(&lower)
            || self.excluded_companies.iter().any(|n| n.to_lowercase() == lower);
        (is_well_formed && !is_sentence && !is_address && !is_excluded).then(|| name.to_owned())
    }

    /// Cleans a captured title; `None` if it cannot be one.
    fn clean_title(&self, raw: &str, company: Option<&str>) -> Option<String> {
        let mut title = trim_name(raw);
        for article in [" the ", " our "] {
            if let Some((_, rest)) = title.rsplit_once(article) {
                title = rest.trim();
            }
        }
        for prefix in [
            "the ",
            "our ",
            "a ",
            "an ",
            "position of ",
            "role of ",
            "position: ",
            "job: ",
            "open ",
        ] {
            title = title.strip_prefix(prefix).unwrap_or(title).trim();
        }
        for suffix in [" position", " role", " job", " opening"] {
            title = title.strip_suffix(suffix).unwrap_or(title).trim();
        }
        let lower = title.to_lowercase();
        let chars = title.chars().count();
        let is_well_formed = (2..=150).contains(&chars)
            && lower.split_whitespace().count() <= 18
            && title.chars().any(char::is_alphabetic);
        let is_sentence = [" you ", " your ", " we ", " our ", " us "]
            .iter()
            .any(|w| format!(" {lower} ").contains(w));
        let is_company = company.is_some_and(|c| match_key::company(c) == match_key::company(title));
        let is_excluded = self.shared.excluded_titles.contains(&lower);
        let is_address = title.contains("://");
        (is_well_formed && !is_sentence && !is_company && !is_excluded && !is_address)
            .then(|| title.to_owned())
    }
}
