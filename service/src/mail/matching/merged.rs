//! Applications that were merged into others. Messages about them belong to what they were merged into, and its company is that
//! of all messages that use the other name.

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

/// Another name of a company.
#[derive(Debug)]
struct Alias {
    /// The match key of the other name.
    key: String,
    company: String,
    company_key: String,
}

/// All merged applications of a user.
#[derive(Debug, Default)]
pub(in crate::mail) struct MergedApplications {
    applications: Vec<MergedApplication>,
    aliases: Vec<Alias>,
}

impl MergedApplications {
    pub fn new(applications: Vec<MergedApplication>) -> Self {
        let aliases = applications
            .iter()
            .filter_map(|a| {
                let key = match_key::company(a.company.as_deref()?);
                let company = a.target_company.clone()?;
                let company_key = match_key::company(&company);
                (key != company_key).then_some(Alias {
                    key,
                    company,
                    company_key,
                })
            })
            .collect();
        Self {
            applications,
            aliases,
        }
    }

    fn alias(&self, key: &str) -> Option<&Alias> {
        self.aliases.iter().find(|alias| alias.key == key)
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
        let others = self
            .aliases
            .iter()
            .filter(|alias| keys.contains(&alias.company_key));
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
