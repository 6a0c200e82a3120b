//! Company, title and the rest out of what the patterns captured: which place is believed first, and what cannot be
//! right.

use super::{keys, packs::Shared, when};
use chrono::NaiveDate;
use regex::{Captures, Regex};

/// Where in a mail something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The lines that show the job as the platform knows it.
    Card,
    /// `Label: value`.
    Label,
    /// The subject.
    Subject,
    /// A sentence.
    Body,
    /// What the sender calls itself.
    Display,
    /// The lines below the text.
    Signature,
    /// The part of the address before the @: a guess.
    Tenant,
}

/// The order in which places are believed for a company …
const COMPANY: [Place; 7] = [
    Place::Card,
    Place::Label,
    Place::Subject,
    Place::Body,
    Place::Display,
    Place::Signature,
    Place::Tenant,
];
/// … and for a title.
const TITLE: [Place; 4] = [Place::Card, Place::Label, Place::Subject, Place::Body];

/// What decides between candidates.
pub(super) struct Choice<'a> {
    pub shared: &'a Shared,
    pub never_company: &'a [String],
    pub sent: NaiveDate,
}

/// Everything that was captured, in the order of finding.
#[derive(Default)]
pub(super) struct Found(Vec<(Place, &'static str, String)>);

const NAMES: [&str; 8] = [
    "title",
    "company",
    "company_checked",
    "title_at_company",
    "title_dash_company",
    "location",
    "requisition",
    "applied_on",
];

impl Found {
    /// Takes the captures of the first pattern that matches, and answers the matched words.
    pub fn first(&mut self, patterns: &[Regex], text: &str, place: Place) -> Option<String> {
        let (pattern, captures) = patterns.iter().find_map(|p| p.captures(text).map(|c| (p, c)))?;
        let words = captures.get(0).map(|m| m.as_str().to_owned());
        self.take(pattern, &captures, place);
        words
    }

    /// Takes the captures of the first match of each pattern.
    pub fn all(&mut self, patterns: &[Regex], text: &str, place: Place) {
        for pattern in patterns {
            if let Some(captures) = pattern.captures(text) {
                self.take(pattern, &captures, place);
            }
        }
    }

    /// Takes the tenant of an address: `tideline-careers` may be Tideline.
    pub fn tenant(&mut self, tenant: &str) {
        let words = tenant
            .split(['-', '_', '.', '+'])
            .filter(|w| !w.is_empty())
            .map(|w| {
                let mut chars = w.chars();
                chars
                    .next()
                    .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect::<String>())
            });
        self.0
            .push((Place::Tenant, "company", words.collect::<Vec<_>>().join(" ")));
    }

    fn take(&mut self, pattern: &Regex, captures: &Captures<'_>, place: Place) {
        for name in pattern.capture_names().flatten() {
            let (Some(known), Some(value)) = (NAMES.iter().find(|n| **n == name), captures.name(name)) else {
                continue;
            };
            self.0.push((place, known, value.as_str().trim().to_owned()));
        }
    }

    fn at<'a>(&'a self, place: Place, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(p, n, _)| *p == place && *n == name)
            .map(|(_, _, v)| v.as_str())
    }

    /// The company and where it was found, and the title.
    pub fn company_and_title(&self, choice: &Choice<'_>) -> (Option<(String, Place)>, Option<String>) {
        let mut found = None;
        for place in COMPANY {
            found = self
                .at(place, "company")
                .find_map(|c| choice.company(c))
                .map(|c| (c, place));
            // A card that may belong to another job counts only where the subject names the same company.
            let named = self.at(Place::Subject, "company").find_map(|c| choice.company(c));
            let checked = self.at(place, "company_checked").find_map(|c| choice.company(c));
            if let (Some(named), Some(checked)) = (named, checked) {
                if keys::company(&named) == keys::company(&checked) {
                    found = Some((checked, place));
                } else {
                    return (Some((named, Place::Subject)), self.title(choice, None, true));
                }
            }
            let joined = |name, by| {
                self.at(place, name)
                    .find_map(|v| split_last(v, by))
                    .and_then(|(_, c)| choice.company(c))
            };
            found = found.or_else(|| {
                joined("title_at_company", " at ")
                    .or_else(|| joined("title_dash_company", " - "))
                    .map(|c| (c, place))
            });
            if found.is_some() {
                break;
            }
        }
        let title = self.title(choice, found.as_ref().map(|(c, _)| c.as_str()), false);
        (found, title)
    }

    fn title(&self, choice: &Choice<'_>, company: Option<&str>, without_card: bool) -> Option<String> {
        TITLE
            .into_iter()
            .filter(|place| !(without_card && *place == Place::Card))
            .find_map(|place| {
                let candidates = self.0.iter().filter(|(p, _, _)| *p == place);
                candidates.clone().find_map(|(_, name, value)| {
                    let value = match *name {
                        "title" => without_company(value, company),
                        "title_at_company" => {
                            let known = without_company(value, company);
                            if known.len() < value.len() {
                                known
                            } else {
                                split_last(value, " at ").map_or(value.as_str(), |(t, _)| t)
                            }
                        }
                        "title_dash_company" => split_last(value, " - ")?.0,
                        _ => return None,
                    };
                    choice.title(value, company)
                })
            })
    }

    pub fn location(&self) -> Option<String> {
        let place = self
            .at(Place::Card, "location")
            .chain(self.at(Place::Label, "location"))
            .next()?;
        let place = place.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '('));
        (!place.is_empty() && place.chars().count() <= 120 && !place.contains("://"))
            .then(|| place.to_owned())
    }

    pub fn requisition(&self) -> Option<String> {
        let places = [Place::Card, Place::Label, Place::Subject, Place::Body];
        let mut all = places.into_iter().flat_map(|p| self.at(p, "requisition"));
        all.find(|r| keys::is_requisition(r)).map(str::to_uppercase)
    }

    pub fn applied_on(&self, choice: &Choice<'_>) -> Option<NaiveDate> {
        let places = [Place::Card, Place::Body];
        places
            .into_iter()
            .flat_map(|p| self.at(p, "applied_on"))
            .find_map(|d| when::day(d, choice.sent))
    }
}

/// Splits at the last occurrence, of which both sides may contain earlier ones.
fn split_last<'a>(value: &'a str, by: &str) -> Option<(&'a str, &'a str)> {
    value
        .rsplit_once(by)
        .filter(|(a, b)| !a.trim().is_empty() && !b.trim().is_empty())
}

/// Takes " at Company" off the end of a title.
fn without_company<'a>(title: &'a str, company: Option<&str>) -> &'a str {
    let Some(company) = company else { return title };
    for by in [" at ", " with ", " @ ", " bei ", " chez ", " - "] {
        if let Some((front, back)) = title.rsplit_once(by)
            && keys::company(back) == keys::company(company)
        {
            return front;
        }
        // The company itself may contain the word.
        let tail = format!("{by}{company}").to_lowercase();
        if title.to_lowercase().ends_with(&tail)
            && title.is_char_boundary(title.len().saturating_sub(tail.len()))
        {
            return title.get(..title.len() - tail.len()).unwrap_or(title);
        }
    }
    title
}

impl Choice<'_> {
    /// A company's name as it is kept, or nothing where it cannot be one.
    fn company(&self, raw: &str) -> Option<String> {
        let mut name = keys::trim_name(raw);
        if let Some(rest) = name.strip_prefix("join ") {
            name = rest.trim();
        }
        let had_article = name.strip_prefix("the ");
        name = had_article.unwrap_or(name);
        loop {
            let lower = name.to_lowercase();
            let tail = self.shared.company_tails.iter().find(|t| {
                lower
                    .strip_suffix(t.as_str())
                    .is_some_and(|rest| rest.ends_with(' ') && !rest.trim().is_empty())
                    && lower.len() == name.len()
            });
            let Some(tail) = tail else { break };
            name = keys::trim_name(name.get(..name.len() - tail.len())?);
        }
        let lower = name.to_lowercase();
        let chars = name.chars().count();
        let words = lower.split_whitespace().count();
        let fits = (1..=100).contains(&chars) && words <= 10 && name.chars().any(char::is_alphanumeric);
        let sentence = [
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
        let address = name.contains("://") || name.contains('@');
        let known = self.shared.not_companies.contains(&lower)
            || self.never_company.iter().any(|n| n.to_lowercase() == lower);
        (fits && !sentence && !address && !known).then(|| name.to_owned())
    }

    /// A title as it is kept, or nothing where it cannot be one.
    fn title(&self, raw: &str, company: Option<&str>) -> Option<String> {
        let mut title = keys::trim_name(raw);
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
        let fits = (2..=150).contains(&chars)
            && lower.split_whitespace().count() <= 18
            && title.chars().any(char::is_alphabetic);
        let sentence = [" you ", " your ", " we ", " our ", " us "]
            .iter()
            .any(|w| format!(" {lower} ").contains(w));
        let is_company = company.is_some_and(|c| keys::company(c) == keys::company(title));
        let known = self.shared.not_titles.contains(&lower);
        (fits && !sentence && !is_company && !known && !title.contains("://")).then(|| title.to_owned())
    }
}
