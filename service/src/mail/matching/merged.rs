//! Applications that were merged into others, and other names of companies. Messages about a merged application belong to its
//! target. The company of the target replaces the other name in all messages, and so does a company name stated by the user.

use super::{Candidate, UnmatchedMessage};
use domain::JobApplicationId;
use mail_reader::match_key;

/// An application that was merged into another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct MergedApplication {
    pub id: JobApplicationId,
    pub company: Option<String>,
    pub title: Option<String>,
    pub requisition: Option<String>,
    /// The application that it was merged into.
    pub target: JobApplicationId,
    pub target_company: Option<String>,
}

/// A company that a user renamed, or selected for an email that names another one.
#[derive(Debug)]
pub(in crate::mail) struct StatedCompany {
    /// The name in the email.
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

/// All merged applications of a user, and all other names of companies.
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
        // A name that stands for several companies is ambiguous and ignored.
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

    /// Finds the alias of a company, following chains of aliases, because a company with an alias may itself be renamed.
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

    /// Replaces the company of the message if its name is an alias.
    pub fn rename_company(&self, message: &mut UnmatchedMessage) {
        let key = message.company.as_deref().map(match_key::company);
        if let Some(alias) = key.and_then(|key| self.alias(&key)) {
            message.company = Some(alias.company.clone());
        }
    }

    /// Adds the match keys of all aliases of these companies.
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

    /// The applications that messages may belong to by the requisition numbers of merged applications.
    pub fn targets(&self, messages: &[UnmatchedMessage]) -> Vec<JobApplicationId> {
        self.applications
            .iter()
            .filter(|a| a.requisition.is_some() && messages.iter().any(|m| m.requisition == a.requisition))
            .map(|a| a.target)
            .collect()
    }

    /// Removes merged applications from the candidates, and makes messages about them match the applications they were merged into.
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
