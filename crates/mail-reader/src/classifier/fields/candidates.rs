//! Captured values and the choice among them.

use super::{Fields, names::NameContext, spans::find_spans};
use crate::{
    classifier::ruleset::LazyRegex,
    match_key::{self, is_requisition, split_requisition},
    parser::parse_date,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Where in a message a value was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldSource {
    /// The lines in which the platform shows the job.
    Card,
    /// `Label: value`.
    Label,
    /// The subject, by a rule of the platform.
    RuleSubject,
    /// A sentence, by a rule of the platform.
    RuleText,
    Subject,
    Sentence,
    /// The display name of the sender, in the form of the platform.
    PlatformName,
    /// A capitalized phrase of the subject.
    SubjectSpan,
    /// A capitalized phrase of the text.
    TextSpan,
    DisplayName,
    /// The lines below the text.
    Signature,
    /// The employer's account in the sender's address; only a guess.
    Tenant,
    /// The employer's domain; only a guess.
    Domain,
}

impl FieldSource {
    /// How much a value from here counts against others.
    fn weight(self) -> f32 {
        match self {
            Self::Card => 6.0,
            Self::Label => 5.0,
            Self::RuleSubject => 4.0,
            Self::RuleText => 3.5,
            Self::Subject => 1.9,
            Self::Sentence => 1.8,
            Self::PlatformName => 2.2,
            Self::SubjectSpan => 1.6,
            Self::Signature => 1.4,
            Self::TextSpan | Self::DisplayName => 1.2,
            Self::Tenant => 0.8,
            Self::Domain => 0.78,
        }
    }

    fn is_guess(self) -> bool {
        matches!(self, Self::Tenant | Self::Domain)
    }
}

/// Parts of account names that are no names.
const GENERIC_ACCOUNT_WORDS: [&str; 13] = [
    "jobs",
    "job",
    "careers",
    "career",
    "noreply",
    "reply",
    "no",
    "autoreply",
    "hr",
    "recruiting",
    "na",
    "mail",
    "app",
];
/// A value of a later pattern of the same source counts a little less.
const ORDER_PENALTY: f32 = 0.005;
/// Share of the weight for another division of "title at company" than the last one.
const OTHER_DIVISION_SHARE: f32 = 0.5;
/// Added to a phrase where the words around it tell what it is.
const CONTEXT_SHARE: f32 = 1.3;
/// Share of the weight of a title with what stands behind its dash or comma.
const EXTENDED_SHARE: f32 = 0.9;
/// The same, if the words around it enclose both.
const ENCLOSED_SHARE: f32 = 1.3;
/// A longer title counts if a place of at least this weight has it.
const MIN_EXTENSION_WEIGHT: f32 = 1.5;
/// A title without a word that job titles contain needs two places, or one that is made for it.
const MIN_UNUSUAL_TITLE_SCORE: f32 = 1.7;
const MIN_LOWER_CASE_TITLE_SCORE: f32 = 2.5;
/// Share of the weight of a phrase that nothing tells to be a company.
const UNCERTAIN_SPAN_SHARE: f32 = 0.3;
/// Share of the weight of a display name that may be that of a person.
const PERSON_SHARE: f32 = 0.4;
/// A company with a lower score is not one.
const MIN_COMPANY_SCORE: f32 = 0.75;
/// A title with a lower score is not one.
const MIN_TITLE_SCORE: f32 = 1.0;

#[derive(Clone, Debug)]
struct Candidate {
    source: FieldSource,
    /// The name of the capture group.
    group: String,
    value: String,
    share: f32,
}

/// All captured values, in the order of capture.
#[derive(Default)]
pub struct FieldCandidates(Vec<Candidate>);

/// A value with the weights of its sources.
struct Group {
    value: String,
    best_weight: f32,
    by_source: BTreeMap<FieldSource, f32>,
    bonus: f32,
}

impl Group {
    fn score(&self) -> f32 {
        self.by_source.values().sum::<f32>() + self.bonus
    }
}

/// Values by their match key, in the order of capture.
#[derive(Default)]
struct Groups(Vec<(String, Group)>);

impl Groups {
    fn add(&mut self, key: String, value: String, source: FieldSource, weight: f32, bonus: f32) {
        let position = self.0.iter().position(|(k, _)| *k == key);
        let index = position.unwrap_or_else(|| {
            self.0.push((
                key,
                Group {
                    value: value.clone(),
                    best_weight: weight,
                    by_source: BTreeMap::new(),
                    bonus,
                },
            ));
            self.0.len() - 1
        });
        if let Some((_, group)) = self.0.get_mut(index) {
            let is_better = weight > group.best_weight || group.by_source.keys().all(|s| s.is_guess());
            if is_better && (!source.is_guess() || group.by_source.is_empty()) {
                group.value = value;
                group.best_weight = weight;
            }
            group.bonus = group.bonus.max(bonus);
            let entry = group.by_source.entry(source).or_insert(weight);
            *entry = entry.max(weight);
        }
    }

    /// The best company, by its full name if another place has it: "Omnivara Technologies" for "Omnivara".
    fn best_company(self, context: &NameContext<'_>) -> Option<Group> {
        let short = self.best_index(MIN_COMPANY_SCORE)?;
        let short_key = self.0.get(short).map(|(key, _)| key.clone())?;
        let full = self.0.iter().position(|(key, group)| {
            key.len() > short_key.len()
                && key.starts_with(&short_key)
                && group.score() > 0.0
                && context.is_full_name(&group.value)
        });
        self.0
            .into_iter()
            .nth(full.unwrap_or(short))
            .map(|(_, group)| group)
    }

    /// The best title, with what other places have behind it: "Ranger, Biodiversity" for "Ranger".
    fn best_title(self, context: &NameContext<'_>) -> Option<String> {
        let index = self.best_index(MIN_TITLE_SCORE)?;
        let (_, best) = self.0.get(index)?;
        let min = if is_title_case(&best.value) {
            MIN_UNUSUAL_TITLE_SCORE
        } else {
            MIN_LOWER_CASE_TITLE_SCORE
        };
        if !context.has_title_word(&best.value) && best.score() < min {
            return None;
        }
        let is_only_phrase = best
            .by_source
            .keys()
            .all(|s| matches!(s, FieldSource::TextSpan | FieldSource::SubjectSpan));
        let is_extension = |group: &&Group| {
            let rest = group.value.strip_prefix(best.value.as_str()).unwrap_or_default();
            let is_captured = group.best_weight >= MIN_EXTENSION_WEIGHT;
            let is_marked = [" - ", " – ", " — ", " (", " / ", "/"]
                .iter()
                .any(|s| rest.starts_with(s));
            // "Chef de produit junior", where only the first word is in capitals.
            let is_continued = is_only_phrase && is_captured && rest.starts_with(' ');
            is_continued
                || (is_marked && (is_captured || is_only_phrase))
                || (is_captured && rest.starts_with(", "))
        };
        let extensions = self.0.iter().map(|(_, group)| group).filter(is_extension);
        let longest = extensions.max_by(|a, b| a.score().total_cmp(&b.score()));
        Some(longest.unwrap_or(best).value.clone())
    }

    /// The group with the highest score; the first of equal ones.
    fn best_index(&self, min_score: f32) -> Option<usize> {
        let mut best: Option<(usize, f32)> = None;
        for (index, (_, group)) in self.0.iter().enumerate() {
            let score = group.score();
            if score >= min_score && best.is_none_or(|(_, b)| score > b) {
                best = Some((index, score));
            }
        }
        best.map(|(index, _)| index)
    }
}

impl FieldCandidates {
    /// Adds the captures of the first pattern that matches.
    pub fn add_first(&mut self, patterns: &[LazyRegex], text: &str, source: FieldSource) {
        patterns
            .iter()
            .any(|pattern| self.add_match(pattern, text, source));
    }

    /// Adds the captures of each pattern.
    pub fn add_all(&mut self, patterns: &[LazyRegex], text: &str, source: FieldSource) {
        for pattern in patterns {
            self.add_match(pattern, text, source);
        }
    }

    /// Adds the captures of a pattern, and returns whether it matches.
    pub fn add_match(&mut self, pattern: &LazyRegex, text: &str, source: FieldSource) -> bool {
        let Some(captures) = pattern.captures(text) else {
            return false;
        };
        for name in pattern.capture_names() {
            if let Some(value) = captures.name(name) {
                self.push(source, name, value.as_str().trim(), 1.0);
            }
        }
        true
    }

    fn push(&mut self, source: FieldSource, group: &str, value: &str, share: f32) {
        self.0.push(Candidate {
            source,
            group: group.to_owned(),
            value: value.to_owned(),
            share,
        });
    }

    /// Whether a pattern found the company in the display name of the sender.
    pub fn has_display_name(&self) -> bool {
        let is_display_name = |source| matches!(source, FieldSource::PlatformName | FieldSource::DisplayName);
        self.0.iter().any(|c| is_display_name(c.source))
    }

    /// Adds a company guessed from an account name: `tideline-careers` may be Tideline.
    pub fn add_tenant(&mut self, tenant: &str) {
        let account = tenant.split('+').next().unwrap_or(tenant);
        let words: Vec<String> = account
            .split(['-', '_', '.'])
            .filter(|w| w.chars().any(char::is_alphabetic) && !GENERIC_ACCOUNT_WORDS.contains(w))
            .map(capitalize)
            .collect();
        self.push(FieldSource::Tenant, "company", &words.join(" "), 1.0);
    }

    /// Adds the capitalized phrases of a line.
    pub fn add_spans(&mut self, context: &NameContext<'_>, line: &str, source: FieldSource) {
        for span in find_spans(line, |word| context.is_function_word(word)) {
            let parts = split_parts(span.text);
            let is_title = |part: &&str| context.has_title_word(part);
            let is_named = context.is_before_title(span.before) || context.is_after_title(span.after);
            let share = if is_named { CONTEXT_SHARE } else { 1.0 };
            if parts.len() > 1 && parts.first().is_some_and(is_title) {
                // "Meter Reader - Seasonal", "Data Analyst, Marketplace"
                let is_enclosed = context.is_after_title(span.after) || !span.text.contains(", ");
                let share = if is_enclosed {
                    share * ENCLOSED_SHARE
                } else {
                    share * EXTENDED_SHARE
                };
                self.push(source, "title", span.text, share);
            }
            for part in parts {
                if context.has_title_word(part) {
                    self.push(source, "title", part, share);
                } else if context.is_before_company(span.before) {
                    self.push(source, "company", part, 1.0);
                } else {
                    self.push(source, "company", part, UNCERTAIN_SPAN_SHARE);
                }
            }
        }
    }

    /// Adds the display name of the sender, unless it is a person.
    pub fn add_display_name(&mut self, context: &NameContext<'_>, name: &str) {
        if !context.is_person(name) {
            let share = if context.may_be_person(name) {
                PERSON_SHARE
            } else {
                1.0
            };
            self.push(FieldSource::DisplayName, "company", name, share);
        }
    }

    /// Adds a company guessed from the sender's domain.
    pub fn add_domain(&mut self, context: &NameContext<'_>) {
        if let Some(label) = context.employer_domain() {
            self.push(FieldSource::Domain, "company", &capitalize(label), 1.0);
        }
    }

    /// Chooses the fields. `sent_on` is the day on which the message was sent.
    pub fn choose(mut self, context: &NameContext<'_>, sent_on: NaiveDate) -> Fields {
        self.divide(context);
        let company = self.company(context);
        let name = company.as_ref().map(|group| group.value.as_str());
        let title = self.title(context, name);
        let (title, number) = title.map_or((None, None), |t| split_requisition(&t));
        Fields {
            is_company_guessed: company
                .as_ref()
                .is_some_and(|g| g.by_source.keys().all(|source| source.is_guess())),
            location: self.location(),
            requisition: self.requisition().or(number),
            applied_on: self
                .values("applied_on")
                .find_map(|date| parse_date(date, sent_on)),
            company: company.map(|group| group.value),
            title,
        }
    }

    /// Adds each division of "title at company" as candidates.
    fn divide(&mut self, context: &NameContext<'_>) {
        let mut divided = Vec::new();
        for candidate in &self.0 {
            let separators: &[&str] = match candidate.group.as_str() {
                "title_at_company" => context.at(),
                "title_dash_company" => &[" - ", " – ", " — ", " | "],
                _ => continue,
            };
            let divisions = divide(&candidate.value, separators);
            let last = divisions.len();
            for (number, (title, company)) in divisions.into_iter().enumerate() {
                let share = if number + 1 == last {
                    1.0
                } else {
                    OTHER_DIVISION_SHARE
                };
                divided.push((candidate.source, title.to_owned(), company.to_owned(), share));
            }
        }
        for (source, title, company, share) in divided {
            self.push(source, "divided_company", &company, share);
            self.push(source, "divided_title", &title, share);
        }
    }

    fn weighted(&self) -> impl Iterator<Item = (&Candidate, f32)> {
        self.0.iter().enumerate().map(|(order, candidate)| {
            let penalty = ORDER_PENALTY * f32::from(u16::try_from(order).unwrap_or(u16::MAX)).min(50.0);
            (candidate, candidate.source.weight() * candidate.share - penalty)
        })
    }

    fn values<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a str> {
        let mut found: Vec<&Candidate> = self.0.iter().filter(|c| c.group == group).collect();
        found.sort_by_key(|c| c.source);
        found.into_iter().map(|c| c.value.as_str())
    }

    fn company(&self, context: &NameContext<'_>) -> Option<Group> {
        let mut groups = Groups::default();
        let in_subject: Vec<String> = self
            .0
            .iter()
            .filter(|c| matches!(c.source, FieldSource::RuleSubject | FieldSource::Subject))
            .filter(|c| c.group == "company")
            .filter_map(|c| context.clean_company(&c.value))
            .map(|c| match_key::company(&c).split(' ').collect())
            .collect();
        for (candidate, weight) in self.weighted() {
            if !matches!(
                candidate.group.as_str(),
                "company" | "divided_company" | "company_checked"
            ) {
                continue;
            }
            let Some(company) = context.clean_company(&candidate.value) else {
                continue;
            };
            // The name of a domain has no spaces.
            let key: String = match_key::company(&company).split(' ').collect();
            // A card may belong to another job: it counts only if the subject names the same company.
            if candidate.group == "company_checked" && !in_subject.is_empty() && !in_subject.contains(&key) {
                continue;
            }
            let bonus = if candidate.source == FieldSource::Domain {
                0.0
            } else {
                context.company_bonus(&company, &key)
            };
            groups.add(key, company, candidate.source, weight, bonus);
        }
        groups.best_company(context)
    }

    fn title(&self, context: &NameContext<'_>, company: Option<&str>) -> Option<String> {
        let mut groups = Groups::default();
        let company_key = company.map(match_key::company);
        // The card of another job than that of the subject.
        let is_other_card = self.0.iter().any(|c| {
            c.group == "company_checked"
                && context.clean_company(&c.value).map(|c| match_key::company(&c)) != company_key
        });
        let mut previous_company = None;
        for (candidate, weight) in self.weighted() {
            match candidate.group.as_str() {
                "divided_company" => {
                    previous_company = context
                        .clean_company(&candidate.value)
                        .map(|c| match_key::company(&c));
                    continue;
                }
                "divided_title" if previous_company != company_key => continue,
                "title" | "divided_title" | "title_at_company" => {}
                _ => continue,
            }
            if candidate.source == FieldSource::Card && is_other_card {
                continue;
            }
            let value = &candidate.value;
            let stripped = context.strip_company(value, company);
            let ends_with_other_name = candidate.group == "title_at_company"
                && company.is_some()
                && stripped.len() == value.len()
                && !divide(value, context.at()).is_empty();
            let weight = if ends_with_other_name {
                weight * OTHER_DIVISION_SHARE
            } else {
                weight
            };
            if let Some(title) = context.clean_title(stripped, company) {
                let bonus = context.title_bonus(&title);
                groups.add(match_key::title(&title), title, candidate.source, weight, bonus);
            }
        }
        groups.best_title(context)
    }

    fn location(&self) -> Option<String> {
        let location = self.values("location").next()?;
        let location = location.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '('));
        let is_plausible =
            !location.is_empty() && location.chars().count() <= 120 && !location.contains("://");
        is_plausible.then(|| location.to_owned())
    }

    fn requisition(&self) -> Option<String> {
        self.values("requisition")
            .map(|r| r.replace(' ', ""))
            .find(|r| is_requisition(r))
            .map(|r| r.to_uppercase())
    }
}

fn capitalize(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Whether a title has two words in capitals or a number or bracket.
fn is_title_case(title: &str) -> bool {
    title
        .split(' ')
        .filter(|w| {
            w.chars()
                .next()
                .is_some_and(|c| !c.is_lowercase() && c != '-' && c != '–')
        })
        .count()
        >= 2
}

/// The parts of a phrase between dashes, bars and commas.
fn split_parts(text: &str) -> Vec<&str> {
    let mut parts = vec![text];
    for separator in [" - ", " – ", " — ", " | ", ", "] {
        parts = parts
            .into_iter()
            .flat_map(|part| {
                if separator == ", " && part.contains('(') {
                    vec![part]
                } else {
                    part.split(separator).collect()
                }
            })
            .filter(|part| !part.trim().is_empty())
            .collect();
    }
    parts
}

/// The divisions of a text at its separators, with text on both sides.
fn divide<'a>(value: &'a str, separators: &[&str]) -> Vec<(&'a str, &'a str)> {
    let mut divisions: Vec<(usize, &str, &str)> = separators
        .iter()
        .flat_map(|separator| {
            value
                .match_indices(separator)
                .filter_map(|(at, _)| Some((at, value.get(..at)?, value.get(at + separator.len()..)?)))
        })
        .filter(|(_, a, b)| !a.trim().is_empty() && !b.trim().is_empty())
        .collect();
    divisions.sort_by_key(|(at, _, _)| *at);
    divisions.into_iter().map(|(_, a, b)| (a, b)).collect()
}
