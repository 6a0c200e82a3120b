//! Known programs that write CSV files, and common column names with their fields.

use super::words::{StatusWords, key};
use domain::jobapps::{CsvColumn, CsvField, DateOrder, Outcome, StageKind};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashSet},
    sync::OnceLock,
};

const TABLE: &str = include_str!("presets.toml");

/// A program that writes CSV files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Preset {
    pub name: String,
    /// Whether the program is JobHax itself.
    #[serde(default)]
    pub is_own: bool,
    /// Columns that all files of the program have.
    has_all: Vec<String>,
    /// Columns of which each file of the program has at least one.
    #[serde(default)]
    has_any: Vec<String>,
    /// Additional column names for fields.
    #[serde(default)]
    columns: BTreeMap<CsvField, Vec<String>>,
    /// The source of the applications in its files.
    #[serde(default)]
    pub source: Option<String>,
    /// The order of day and month in its dates.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    columns: BTreeMap<CsvField, Vec<String>>,
    presets: Vec<Preset>,
    stages: BTreeMap<StageKind, Vec<String>>,
    outcomes: BTreeMap<Outcome, Vec<String>>,
}

/// The parsed table. A test checks that it is valid.
fn table() -> Option<&'static Table> {
    static PARSED: OnceLock<Option<Table>> = OnceLock::new();
    PARSED.get_or_init(|| toml::from_str(TABLE).ok()).as_ref()
}

/// The words for stages and outcomes.
pub(super) fn status_words() -> StatusWords {
    let mut words = StatusWords::default();
    if let Some(table) = table() {
        for (kind, names) in &table.stages {
            for name in names {
                words.add_stage(name, *kind);
            }
        }
        for (outcome, names) in &table.outcomes {
            for name in names {
                words.add_outcome(name, *outcome);
            }
        }
    }
    words
}

/// Detects the program that wrote a file, and maps its columns to fields.
pub(in super::super) fn detect(columns: &mut [CsvColumn]) -> Option<&'static Preset> {
    let table = table()?;
    let keys: Vec<String> = columns.iter().map(|column| key(&column.name)).collect();
    let names: HashSet<&str> = keys.iter().map(String::as_str).collect();
    let has = |name: &String| names.contains(key(name).as_str());
    let preset = table.presets.iter().find(|preset| {
        preset.has_all.iter().all(has) && (preset.has_any.is_empty() || preset.has_any.iter().any(has))
    });
    let own = preset.into_iter().flat_map(|preset| &preset.columns);
    for (field, names) in own.chain(&table.columns) {
        if columns.iter().any(|column| column.field == Some(*field)) {
            continue;
        }
        // The order of the names in the table decides, not the order of the columns.
        let index = names.iter().find_map(|name| {
            let name = key(name);
            let is_free = |(index, key): &(usize, &String)| **key == name && columns[*index].field.is_none();
            keys.iter().enumerate().find(is_free).map(|(index, _)| index)
        });
        if let Some(index) = index {
            columns[index].field = Some(*field);
        }
    }
    preset
}

/// The preset with this name.
pub(in super::super) fn find(name: &str) -> Option<&'static Preset> {
    table()?.presets.iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(head: &str) -> (Option<&'static str>, Vec<Option<CsvField>>) {
        let column = |name: &str| CsvColumn {
            name: name.to_owned(),
            field: None,
            samples: Vec::new(),
            date_order: None,
            is_date_order_assumed: false,
        };
        let mut columns: Vec<CsvColumn> = head.split(',').map(column).collect();
        let preset = detect(&mut columns).map(|preset| preset.name.as_str());
        (preset, columns.into_iter().map(|column| column.field).collect())
    }

    #[test]
    fn table_is_valid_and_each_name_has_one_meaning() {
        let table = table().expect("valid TOML");
        let mut names = HashSet::new();
        for name in table.columns.values().flatten() {
            assert!(names.insert(key(name)), "{name} is there twice");
        }
        let mut words = HashSet::new();
        for word in table.stages.values().chain(table.outcomes.values()).flatten() {
            assert!(words.insert(key(word)), "{word} is there twice");
        }
        for preset in &table.presets {
            assert!(!preset.has_all.is_empty(), "{}", preset.name);
            assert!(find(&preset.name).is_some());
        }
    }

    #[test]
    fn linkedin_archive_is_recognized() {
        let (preset, fields) = detected(
            "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,Question And Answers",
        );
        assert_eq!(preset, Some("LinkedIn"));
        let expected = [
            Some(CsvField::ApplyDate),
            None,
            None,
            Some(CsvField::Company),
            Some(CsvField::JobTitle),
            Some(CsvField::Url),
            None,
            None,
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn own_export_is_recognized_with_and_without_history() {
        let head = "Company,Job title,Stage,Outcome,Applied on,Source,Location,Link,Salary from,Salary to,Currency,Salary per,Tags,Added at,Updated at";
        for head in [head.to_owned(), format!("{head},History")] {
            let (preset, fields) = detected(&head);
            assert_eq!(preset, Some("JobHax"));
            assert!(fields.iter().all(Option::is_some), "{fields:?}");
        }
        // The history is read only from files of the JobHax export.
        assert!(!detected("Company,History").1.contains(&Some(CsvField::History)));
    }

    #[test]
    fn files_of_other_programs_are_recognized() {
        for (head, preset, fields) in [
            (
                "Employer,Job Title,List,URL,Location,Salary,Date Saved,Notes",
                Some("Huntr"),
                "company job_title stage url location salary added_at note",
            ),
            (
                "Job Position,Company,Max. Salary,Location,Status,Date Saved,Date Applied,Follow up",
                Some("Teal"),
                "job_title company salary_max location stage added_at apply_date -",
            ),
            (
                "Job Title,Company Name,Job URL,Applied Date,Status,Status Date",
                Some("Simplify"),
                "job_title company url apply_date stage stage_date",
            ),
            (
                "Company,Position,Stage,Applied,Posting,Salary",
                Some("Notion"),
                "company job_title stage apply_date url salary",
            ),
            ("FIRMA,Titel", None, "- -"),
            (
                "company_name,Role,Date,Status",
                None,
                "company job_title apply_date stage",
            ),
            ("Company,Employer,Title,Role", None, "company - job_title -"),
        ] {
            let (found, columns) = detected(head);
            let columns: Vec<&str> = columns
                .into_iter()
                .map(|f| f.map_or("-", CsvField::as_str))
                .collect();
            assert_eq!((found, columns.join(" ").as_str()), (preset, fields), "{head}");
        }
    }
}
