//! Splits captured text that contains both title and company.

use super::{Candidate, FieldCandidates, OTHER_DIVISION_SHARE};
use crate::classifier::fields::{
    division::divide, forms::split_name, names::NameContext, organizations::names_body,
};

/// Prepositions before employers and departments that rarely occur within titles.
const BEFORE_EMPLOYER: [&str; 7] = ["hos", "vid", "på", "bij", "binnen", "bei", "beim"];

impl FieldCandidates<'_> {
    /// Splits "title at company" in each possible way, and adds the titles and companies as candidates.
    pub(super) fn divide(&mut self, context: &NameContext<'_>) {
        let mut divided = Vec::new();
        for candidate in &self.all {
            let separators: &[&str] = match candidate.group {
                "title_at_company" => context.at(),
                "title_dash_company" => &[" - ", " – ", " — ", " | "],
                "title" => {
                    // "Policy Officer, Department for Harbours", "Lecturer (University of Moss)"
                    let body = [", ", " (", " - ", " – ", " — "].iter().find_map(|separator| {
                        let (title, body) = split_name(&candidate.value, separator)?;
                        let body = body.trim_end_matches(')');
                        (names_body(body) && !context.has_title_word(body)).then_some((title, body))
                    });
                    if let Some((title, body)) = body {
                        divided.push(Candidate {
                            group: "divided_title",
                            value: title.to_owned(),
                            share: 1.0,
                            company: Some(body.to_owned()),
                            ..candidate.clone()
                        });
                    }
                    continue;
                }
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
                let separator = candidate
                    .value
                    .get(title.len()..candidate.value.len() - company.len())
                    .unwrap_or_default();
                divided.push(Candidate {
                    group: "divided_title",
                    value: title.to_owned(),
                    share,
                    company: Some(company.to_owned()),
                    is_before_employer: BEFORE_EMPLOYER.contains(&separator.trim()),
                    ..candidate.clone()
                });
            }
        }
        for candidate in divided {
            self.attribute_to(candidate.rule);
            let company = candidate.company.clone().unwrap_or_default();
            self.push(candidate.source, "divided_company", &company, candidate.share);
            self.all.push(candidate);
        }
    }
}
