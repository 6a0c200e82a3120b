//! Detection of probable duplicates.

use chrono::NaiveDate;
use domain::{JobApplicationId, jobapps::DuplicateReason};
use mail_reader::match_key;
use std::collections::{HashMap, HashSet};

/// The values that decide whether two applications are duplicates.
pub(super) struct Candidate {
    pub id: JobApplicationId,
    pub company_key: String,
    pub job_title: Option<String>,
    pub requisition: Option<String>,
    pub url: Option<String>,
    pub apply_date: NaiveDate,
    /// The day on which it got its outcome; `None` while it is open.
    pub closed_on: Option<NaiveDate>,
}

/// Two applications that are probable duplicates, the earlier application first.
#[derive(Debug, PartialEq)]
pub(super) struct Pair {
    pub first: JobApplicationId,
    pub second: JobApplicationId,
    pub reason: DuplicateReason,
}

/// A value that duplicates share.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Requisition(&'a str, &'a str),
    Link(&'a str),
    Names(&'a str, String),
}

/// Pairs each application with the first earlier one that is probably the same. `candidates` are ordered by date.
pub(super) fn find_pairs(
    candidates: &[Candidate],
    dismissed: &HashSet<(JobApplicationId, JobApplicationId)>,
    max: usize,
) -> Vec<Pair> {
    let mut earlier: HashMap<Key, Vec<&Candidate>> = HashMap::new();
    let mut pairs = Vec::new();
    for candidate in candidates {
        if pairs.len() == max {
            break;
        }
        let keys = keys(candidate);
        let found = keys.iter().find_map(|(key, reason)| {
            let first = earlier.get(key)?.iter().find(|first| {
                is_probably_same(first, candidate) && !dismissed.contains(&ordered(first.id, candidate.id))
            })?;
            Some(Pair {
                first: first.id,
                second: candidate.id,
                reason: *reason,
            })
        });
        pairs.extend(found);
        for (key, _) in keys {
            earlier.entry(key).or_default().push(candidate);
        }
    }
    pairs
}

/// The values that duplicates of the application share with it, the strongest first.
fn keys(candidate: &Candidate) -> Vec<(Key<'_>, DuplicateReason)> {
    let company = candidate.company_key.as_str();
    let title = candidate
        .job_title
        .as_deref()
        .map(match_key::title)
        .unwrap_or_default();
    let requisition = candidate.requisition.as_deref();
    let has_company = !company.is_empty();
    [
        requisition.filter(|_| has_company).map(|requisition| {
            (
                Key::Requisition(company, requisition),
                DuplicateReason::Requisition,
            )
        }),
        candidate
            .url
            .as_deref()
            .map(|url| (Key::Link(url), DuplicateReason::Link)),
        (has_company && !title.is_empty()).then_some((Key::Names(company, title), DuplicateReason::Names)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Different requisition numbers mean different jobs, and an application after the end of the first one is a new application.
fn is_probably_same(first: &Candidate, second: &Candidate) -> bool {
    let is_other_job = matches!((&first.requisition, &second.requisition), (Some(a), Some(b)) if a != b);
    let is_again = first
        .closed_on
        .is_some_and(|day| day <= second.apply_date && first.apply_date < second.apply_date);
    !is_other_job && !is_again
}

fn ordered(a: JobApplicationId, b: JobApplicationId) -> (JobApplicationId, JobApplicationId) {
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn candidate(n: u128, company: &str, title: &str, day: u32) -> Candidate {
        Candidate {
            id: JobApplicationId(Uuid::from_u128(n)),
            company_key: match_key::company(company),
            job_title: Some(title.into()),
            requisition: None,
            url: None,
            apply_date: NaiveDate::from_ymd_opt(2026, 5, day).expect("valid"),
            closed_on: None,
        }
    }

    fn reasons(candidates: &[Candidate]) -> Vec<(u128, u128, DuplicateReason)> {
        find_pairs(candidates, &HashSet::new(), 50)
            .into_iter()
            .map(|pair| (pair.first.0.as_u128(), pair.second.0.as_u128(), pair.reason))
            .collect()
    }

    #[test]
    fn names_that_differ_in_form_are_a_pair() {
        let found = reasons(&[
            candidate(1, "Acme GmbH", "Data Analyst (m/w/d)", 4),
            candidate(2, "ACME", "data analyst", 6),
            candidate(3, "Acme", "Data Engineer", 6),
        ]);
        assert_eq!(found, [(1, 2, DuplicateReason::Names)]);
    }

    #[test]
    fn application_after_the_end_of_the_first_is_no_duplicate() {
        let mut first = candidate(1, "Acme", "Analyst", 4);
        first.closed_on = NaiveDate::from_ymd_opt(2026, 5, 10);
        assert_eq!(reasons(&[first, candidate(2, "Acme", "Analyst", 12)]), []);
        let mut first = candidate(1, "Acme", "Analyst", 4);
        first.closed_on = NaiveDate::from_ymd_opt(2026, 5, 20);
        assert_eq!(
            reasons(&[first, candidate(2, "Acme", "Analyst", 12)]),
            [(1, 2, DuplicateReason::Names)]
        );
    }

    #[test]
    fn applications_closed_on_the_same_day_are_a_pair() {
        let mut first = candidate(1, "Acme", "Analyst", 4);
        first.closed_on = NaiveDate::from_ymd_opt(2026, 5, 4);
        assert_eq!(
            reasons(&[first, candidate(2, "Acme", "Analyst", 4)]),
            [(1, 2, DuplicateReason::Names)]
        );
    }

    #[test]
    fn requisition_decides_before_names() {
        let with = |n, title, number: &str| Candidate {
            requisition: Some(number.into()),
            ..candidate(n, "Acme", title, 4)
        };
        let found = reasons(&[
            with(1, "Analyst", "R1"),
            with(2, "Analyst", "R2"),
            with(3, "Data Analyst", "R1"),
        ]);
        assert_eq!(found, [(1, 3, DuplicateReason::Requisition)]);
    }

    #[test]
    fn dismissed_pair_is_not_found_and_leaves_others() {
        let all = [
            candidate(1, "Acme", "Analyst", 1),
            candidate(2, "Acme", "Analyst", 2),
            candidate(3, "Acme", "Analyst", 3),
        ];
        let dismissed = HashSet::from([(all[0].id, all[1].id)]);
        let found = find_pairs(&all, &dismissed, 50);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].first, found[0].second), (all[0].id, all[2].id));
    }

    #[test]
    fn pairs_are_limited() {
        let all: Vec<_> = (1..=10).map(|n| candidate(n, "Acme", "Analyst", 1)).collect();
        assert_eq!(find_pairs(&all, &HashSet::new(), 4).len(), 4);
    }
}
