//! Applications that were merged into others. Messages about them belong to what they were merged into, and its company is that
//! of all messages that use the other name. So is a company that a user named.

use super::{Candidate, UnmatchedMessage};
use domain::JobApplicationId;
use mail_reader::match_key;

/// An application that is a part of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct MergedApplication {
    pub id: JobApplicationId,
    pub company: Option<String>,
    pub title: Option<String>,
    pub requisition: Option<String>,
    /// What it is a part of.
    pub target: JobApplicationId,
    pub target_company: Option<String>,
}

/// A company that a user renamed, or chose for an email that names another.
#[derive(Debug)]
pub(in crate::mail) struct StatedCompany {
    /// The name that email uses.
    pub read: String,
    pub company: String,
}

/// Another name of a company.
#[derive(Clone, Debug)]
struct Alias {
    /// The match key of the other name.
    key: String,
    company: String,
    company_key: String,
}

impl Alias {
    /// `None` if the names are the same.
    fn new(name: &str, company: &str) -> Option<Self> {
        let (key, company_key) = (match_key::company(name), match_key::company(company));
        (key != company_key).then(|| Self {
            key,
            company: company.to_owned(),
            company_key,
        })
    }
}

/// All merged applications of a user, and the other names of companies.
#[derive(Debug, Default)]
pub(in crate::mail) struct MergedApplications {
    applications: Vec<MergedApplication>,
    aliases: Vec<Alias>,
}

impl MergedApplications {
    pub fn new(applications: Vec<MergedApplication>, stated: &[StatedCompany]) -> Self {
        let mut aliases: Vec<Alias> = applications
            .iter()
            .filter_map(|a| Alias::new(a.company.as_deref()?, a.target_company.as_deref()?))
            .collect();
        let stated: Vec<Alias> = stated
            .iter()
            .filter_map(|s| Alias::new(&s.read, &s.company))
            .collect();
        // A name that stands for several companies says nothing.
        let is_clear = |alias: &&Alias| {
            let mut same_name = stated.iter().filter(|other| other.key == alias.key);
            same_name.all(|other| other.company_key == alias.company_key)
        };
        aliases.extend(stated.iter().filter(is_clear).cloned());
        Self {
            applications,
            aliases,
        }
    }

    /// Follows the names, because a company that has another name may itself be renamed.
    fn alias(&self, key: &str) -> Option<&Alias> {
        let find = |key: &str| self.aliases.iter().find(|alias| alias.key == key);
        let mut found = find(key)?;
        for _ in &self.aliases {
            match find(&found.company_key).filter(|next| next.company_key != key) {
                Some(next) => found = next,
                None => break,
            }
        }
        Some(found)
    }

    /// Replaces another name of a company.
    pub fn rename_company(&self, message: &mut UnmatchedMessage) {
        let key = message.company.as_deref().map(match_key::company);
        if let Some(alias) = key.and_then(|key| self.alias(&key)) {
            message.company = Some(alias.company.clone());
        }
    }

    /// Adds the keys of the other names of these companies.
    pub fn with_aliases(&self, mut keys: Vec<String>) -> Vec<String> {
        let others = self.aliases.iter().filter(|alias| {
            self.alias(&alias.key)
                .is_some_and(|last| keys.contains(&last.company_key))
        });
        let others: Vec<String> = others.map(|alias| alias.key.clone()).collect();
        keys.extend(others);
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The applications that the requisition numbers of the messages may lead to.
    pub fn targets(&self, messages: &[UnmatchedMessage]) -> Vec<JobApplicationId> {
        self.applications
            .iter()
            .filter(|a| a.requisition.is_some() && messages.iter().any(|m| m.requisition == a.requisition))
            .map(|a| a.target)
            .collect()
    }

    /// Removes merged applications from the candidates and lets messages about them match what they were merged into.
    pub fn resolve(&self, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        candidates.retain(|c| self.applications.iter().all(|a| a.id != c.id));
        for candidate in &mut candidates {
            let alias = candidate.keys.company.as_deref().and_then(|key| self.alias(key));
            if let Some(alias) = alias {
                candidate.keys.company = Some(alias.company_key.clone());
            }
            for part in self.applications.iter().filter(|a| a.target == candidate.id) {
                let title = part.title.as_deref().map(match_key::title);
                candidate.merged_titles.extend(title);
                candidate.merged_requisitions.extend(part.requisition.clone());
            }
        }
        candidates
    }
}
