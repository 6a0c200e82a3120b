//! Matches the rows of a file to existing applications.

use super::values::ParsedRow;
use chrono::NaiveDate;
use domain::JobApplicationId;
use mail_reader::match_key;
use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher as _},
};

/// An existing application, or an application that was merged into one.
#[derive(Debug)]
pub(super) struct ExistingRow {
    /// For a merged application, this is the application that it was merged into.
    pub id: JobApplicationId,
    pub is_part: bool,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub apply_date: NaiveDate,
    pub url: Option<String>,
}

#[derive(Debug)]
struct Entry {
    id: JobApplicationId,
    is_part: bool,
    apply_date: NaiveDate,
    url: Option<u64>,
    is_taken: bool,
}

/// The result of matching a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowMatch {
    /// No application matches.
    None,
    /// An earlier row of the file has the same cells.
    Repeated,
    /// The row matches an application that was merged into this one. The fields of this one come from another part.
    Part(JobApplicationId),
    Application(JobApplicationId),
}

/// The applications that the user had before the import. Each one matches at most one row, so that two rows with the same names are
/// two applications. Names are compared by the same match keys as for email. The memory is bounded by the maximum number of
/// applications.
#[derive(Debug, Default)]
pub(super) struct ApplicationIndex {
    entries: HashMap<u64, Vec<Entry>>,
    /// Hashes of the rows that were read.
    rows: HashSet<u64>,
}

impl ApplicationIndex {
    pub fn add(&mut self, row: &ExistingRow) {
        let key = name_key(row.company.as_deref(), row.job_title.as_deref());
        self.entries.entry(key).or_default().push(Entry {
            id: row.id,
            is_part: row.is_part,
            apply_date: row.apply_date,
            url: row.url.as_deref().map(hash),
            is_taken: false,
        });
    }

    /// Finds the application of a row and reserves it for that row.
    pub fn take(&mut self, row: &ParsedRow, cells: &csv::StringRecord) -> RowMatch {
        if !self
            .rows
            .insert(hash(&cells.iter().map(str::trim).collect::<Vec<_>>()))
        {
            return RowMatch::Repeated;
        }
        let values = &row.values;
        let key = name_key(values.company.as_deref(), values.job_title.as_deref());
        let url = values.url.as_deref().map(hash);
        let candidates = self.entries.get_mut(&key).into_iter().flatten();
        let best = candidates
            .filter(|entry| !entry.is_taken)
            .filter_map(|entry| Some((similarity(entry, values.apply_date, url)?, entry)))
            // `max_by_key` returns the last maximum, so the order is reversed to get the first one.
            .rev()
            .max_by_key(|(similarity, _)| *similarity);
        match best {
            None => RowMatch::None,
            Some((_, entry)) => {
                entry.is_taken = true;
                if entry.is_part {
                    RowMatch::Part(entry.id)
                } else {
                    RowMatch::Application(entry.id)
                }
            }
        }
    }
}

/// How well an application with the same names matches a row with this date and link. `None` if it is another application: postings
/// with different links are different. An unknown date matches every date.
fn similarity(entry: &Entry, date: Option<NaiveDate>, url: Option<u64>) -> Option<u8> {
    let has_same_date = date == Some(entry.apply_date);
    match (entry.url, url) {
        (Some(a), Some(b)) if a == b => Some(if has_same_date { 3 } else { 2 }),
        (Some(_), Some(_)) => None,
        _ => (has_same_date || date.is_none()).then_some(1),
    }
}

fn name_key(company: Option<&str>, job_title: Option<&str>) -> u64 {
    hash(&(
        company.map(match_key::company).unwrap_or_default(),
        job_title.map(match_key::title).unwrap_or_default(),
    ))
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
