//! Collects captured values and chooses the fields from them.

mod divisions;
mod phrases;
mod tags;

use super::{
    Fields,
    division::{capitalize, divide},
    groups::{Capture, Groups},
    names::NameContext,
    organizations::organization_word_in,
    ranking::{Choice, Choices, Ranker},
    source::FieldSource,
    tagger::TaggedText,
    title_trimming::abbreviation_end,
};
use crate::{
    classifier::{
        explanation::{Explained, RuleRef},
        ruleset::{IndexedLines, LazyRegex, PatternIndex, Starts},
    },
    match_key::{is_requisition, split_requisition, uninflected},
    parser::parse_date,
};
use chrono::NaiveDate;
use std::collections::HashMap;
use tags::{TAGGED_COMPANY, TAGGED_TITLE};

/// Words in account names that do not name an employer.
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
/// Share of a split of "title at company" that is not at the last separator.
const OTHER_DIVISION_SHARE: f32 = 0.5;
/// Share of a display name that is probably a person's.
const PERSON_SHARE: f32 = 0.3;
/// Factor for a title before a name that is not the employer's, such as a department's.
const DEPARTMENT_SHARE: f32 = 0.8;

#[derive(Clone, Debug)]
struct Candidate<'r> {
    source: FieldSource,
    /// The rule that captured it.
    rule: RuleRef<'r>,
    /// The name of the capture group.
    group: &'r str,
    value: String,
    share: f32,
    /// The company that stands next to this title in "title at company".
    company: Option<String>,
    /// Whether title and company are separated by a word that rarely occurs within titles.
    is_before_employer: bool,
}

impl<'r> Candidate<'r> {
    /// Adds the cleaned value to the group of its match key.
    fn add_to(&self, groups: &mut Groups<'r>, key: String, value: String, share: f32) {
        let capture = Capture {
            source: self.source,
            name: self.group,
            share,
        };
        groups.add(key, value, &self.value, self.rule, capture);
    }
}

/// All captured values, in the order of capture.
pub struct FieldCandidates<'r> {
    all: Vec<Candidate<'r>>,
    /// The rule of the candidates that are added next.
    rule: RuleRef<'r>,
    /// The lines with the tagger's probabilities.
    text: TaggedText<'r>,
}

impl<'r> FieldCandidates<'r> {
    pub fn new() -> Self {
        Self {
            all: Vec::new(),
            rule: RuleRef::built_in("names"),
            text: TaggedText::default(),
        }
    }

    /// Attributes the candidates that are added next to a rule.
    pub fn attribute_to(&mut self, rule: RuleRef<'r>) {
        self.rule = rule;
    }

    /// Adds the captures of the first pattern that matches.
    pub fn add_first(&mut self, patterns: &'r [LazyRegex], text: &str, source: FieldSource) {
        patterns
            .iter()
            .any(|pattern| self.add_match(pattern, text, source));
    }

    /// Adds the captures of each pattern in each line.
    pub fn add_index(&mut self, index: &'r PatternIndex, lines: &IndexedLines<'_>, source: FieldSource) {
        for (candidate, pattern, line) in index.candidates(lines) {
            self.add_match_at(pattern, line, &candidate.starts, source);
        }
    }

    /// Adds the captures of a pattern, and returns whether it matches.
    pub fn add_match(&mut self, pattern: &'r LazyRegex, text: &str, source: FieldSource) -> bool {
        self.add_match_at(pattern, text, &Starts::UNKNOWN, source)
    }

    fn add_match_at(
        &mut self,
        pattern: &'r LazyRegex,
        text: &str,
        starts: &Starts,
        source: FieldSource,
    ) -> bool {
        let Some(captures) = pattern.captures_at(text, starts) else {
            return false;
        };
        for (name, range) in captures {
            let end = match name {
                "title" => abbreviation_end(text, range.end),
                _ => range.end,
            };
            let value = text.get(range.start..end).unwrap_or_default();
            self.push(source, name, value.trim(), 1.0);
        }
        true
    }

    fn push(&mut self, source: FieldSource, group: &'r str, value: &str, share: f32) {
        self.all.push(Candidate {
            source,
            rule: self.rule,
            group,
            value: value.to_owned(),
            share,
            company: None,
            is_before_employer: false,
        });
    }

    /// Whether a pattern found the company in the display name of the sender.
    pub fn has_display_name(&self) -> bool {
        let is_display_name = |source| matches!(source, FieldSource::PlatformName | FieldSource::DisplayName);
        self.all.iter().any(|c| is_display_name(c.source))
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

    /// Adds the display name of the sender, unless it is a person's.
    pub fn add_display_name(&mut self, context: &NameContext<'_>, name: &str) {
        if !context.sender.is_person(name) {
            // A company followed by its department: "Monarch Elevator HR".
            let has_department = context.clean_company(name).is_some_and(|company| {
                company.contains(' ') && name.len() > company.len() && name.starts_with(&company)
            });
            let is_office = has_department || (context.sender.is_department() && name.contains(' '));
            let share = if context.is_likely_person(name) && !is_office {
                PERSON_SHARE
            } else {
                1.0
            };
            let name = context.sender.without_office(name);
            self.push(FieldSource::DisplayName, "company", name, share);
        } else if let Some(company) = context.clean_company(name)
            && company.contains(' ')
            && company.len() < name.len()
            && !context.sender.is_person(&company)
        {
            // The cleaned name may be a company even if the whole display name looks like a person's.
            self.push(FieldSource::DisplayName, "company", &company, 1.0);
        }
    }

    /// Adds a company guessed from the sender's domain.
    pub fn add_domain(&mut self, context: &NameContext<'_>) {
        if let Some(label) = context.sender.employer_domain() {
            let name = organization_word_in(label).unwrap_or_else(|| capitalize(label));
            self.push(FieldSource::Domain, "company", &name, 1.0);
        }
    }

    /// Chooses the fields. `sent_on` is the day on which the message was sent.
    pub fn choose(mut self, context: &NameContext<'_>, ranker: &Ranker, sent_on: NaiveDate) -> Fields {
        self.divide(context);
        let companies = self.companies(context);
        let company = Choices::of_companies(context, &companies, &self.text).best(ranker);
        let name = company.as_ref().map(|choice| choice.value.as_str());
        let titles = self.titles(context, name);
        let title = Choices::of_titles(context, &titles, name).best(ranker);
        let group = |groups: &'_ Groups<'r>, choice: &Option<Choice>, explains| {
            let choice = choice.as_ref()?;
            let group = groups.get(choice.group)?;
            Some((group.is_guess(), group.explain(explains, &choice.value)))
        };
        let of_company = group(&companies, &company, Explained::Company);
        let of_title = group(&titles, &title, Explained::Title);
        let (title, number) = title.map_or((None, None), |choice| split_requisition(&choice.value));
        let language = context.languages.first().map_or("", |language| &language.code);
        let title = title.map(|title| uninflected(&title, language).unwrap_or(title));
        Fields {
            is_company_guessed: of_company.as_ref().is_some_and(|(is_guess, _)| *is_guess),
            explanation: of_company.into_iter().chain(of_title).map(|(_, e)| e).collect(),
            location: self.location(),
            requisition: self.requisition().or(number),
            applied_on: self
                .values("applied_on")
                .find_map(|date| parse_date(date, sent_on)),
            company: company.map(|choice| context.with_legal_form_stop(&choice.value)),
            title,
        }
    }

    /// The possible companies and titles, to train the ranker. `company` is the correct company, if known.
    pub fn choices(mut self, context: &NameContext<'_>, company: Option<&str>) -> [Choices; 2] {
        self.divide(context);
        [
            Choices::of_companies(context, &self.companies(context), &self.text),
            Choices::of_titles(context, &self.titles(context, company), company),
        ]
    }

    fn values<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a str> {
        let mut found: Vec<&Candidate<'r>> = self.all.iter().filter(|c| c.group == group).collect();
        found.sort_by_key(|c| c.source);
        found.into_iter().map(|c| c.value.as_str())
    }

    /// The captured companies.
    fn companies(&self, context: &NameContext<'_>) -> Groups<'r> {
        let mut groups = Groups::default();
        let in_subject: Vec<String> = self
            .all
            .iter()
            .filter(|c| matches!(c.source, FieldSource::RuleSubject | FieldSource::Subject))
            .filter(|c| c.group == "company")
            .filter_map(|c| context.clean_company(&c.value))
            .map(|c| context.company_key(&c).split(' ').collect())
            .collect();
        for candidate in &self.all {
            if !matches!(
                candidate.group,
                "company" | "divided_company" | "company_checked" | "company_acting" | TAGGED_COMPANY
            ) {
                continue;
            }
            let Some(company) = context.clean_company(&candidate.value) else {
                continue;
            };
            // Keys are compared without spaces, because domains have none.
            let key: String = context.company_key(&company).split(' ').collect();
            // A card may describe another job, so it does not count if the subject names only other companies.
            if candidate.group == "company_checked" && !in_subject.is_empty() && !in_subject.contains(&key) {
                continue;
            }
            let is_phrase = matches!(
                candidate.source,
                FieldSource::TextSpan | FieldSource::SubjectSpan | FieldSource::Signature
            );
            if context.is_writing_for_client(&company, &key, is_phrase)
                || self.is_stated_title(context, &company)
            {
                continue;
            }
            // The subject of "… has viewed your application" is the employer, whoever sent the message, unless it is a pronoun or the like.
            let first = company.split(' ').next().unwrap_or_default().to_lowercase();
            if candidate.group == "company_acting" && context.is_function_word(&first) {
                continue;
            }
            candidate.add_to(&mut groups, key, company, candidate.share);
        }
        groups
    }

    /// Whether a captured company is actually the title that the subject or a pattern states: "your application for Senior Data Engineer".
    fn is_stated_title(&self, context: &NameContext<'_>, company: &str) -> bool {
        let is_stated = |c: &Candidate<'_>| {
            matches!(c.group, "title" | "divided_title")
                && !matches!(c.source, FieldSource::TextSpan | FieldSource::Signature)
                && c.value == company
        };
        self.all.iter().any(is_stated) && context.reads_like_title(company) && !context.names_sender(company)
    }

    /// The captured titles.
    fn titles(&self, context: &NameContext<'_>, company: Option<&str>) -> Groups<'r> {
        let mut groups = Groups::default();
        let company_key = company.map(|name| context.company_key(name));
        let key_of = |name: &str| context.clean_company(name).map(|c| context.company_key(&c));
        // A cache, because the same value is often captured several times.
        let mut known_titles: HashMap<&str, (&str, Option<String>)> = HashMap::new();
        // Whether a card describes the job of another company.
        let is_other_card = self
            .all
            .iter()
            .any(|c| c.group == "company_checked" && key_of(&c.value) != company_key);
        for candidate in &self.all {
            if !matches!(
                candidate.group,
                "title" | "divided_title" | "title_at_company" | TAGGED_TITLE
            ) {
                continue;
            }
            if candidate.group == TAGGED_TITLE {
                let key = context.title_key(&candidate.value);
                if !key.is_empty() && company_key.as_ref() != Some(&context.company_key(&candidate.value)) {
                    candidate.add_to(&mut groups, key, candidate.value.clone(), candidate.share);
                }
                continue;
            }
            let is_beside_other_name = candidate
                .company
                .as_deref()
                .is_some_and(|name| key_of(name) != company_key);
            // The other name may be a department, as in "Nurse bij afdeling Noord".
            if is_beside_other_name
                && !(candidate.is_before_employer && context.has_title_word(&candidate.value))
            {
                continue;
            }
            let mut share = candidate.share;
            if is_beside_other_name {
                share *= DEPARTMENT_SHARE;
            }
            if candidate.source == FieldSource::Card && is_other_card {
                continue;
            }
            let value = &candidate.value;
            let cleaned = known_titles.entry(value).or_insert_with(|| {
                let stripped = context.strip_company(value, company);
                (stripped, context.clean_title(stripped, company))
            });
            let (stripped, title) = (cleaned.0, cleaned.1.clone());
            let ends_with_other_name = candidate.group == "title_at_company"
                && company.is_some()
                && stripped.len() == value.len()
                && !divide(value, context.at()).is_empty();
            if ends_with_other_name {
                share *= OTHER_DIVISION_SHARE;
            }
            if let Some(title) = title {
                candidate.add_to(&mut groups, context.title_key(&title), title, share);
            }
        }
        groups
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
