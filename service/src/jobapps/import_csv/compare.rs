//! Differences between a row and its application.

use super::values::ParsedRow;
use chrono::NaiveDate;
use domain::{
    JobApplicationId, StageId,
    jobapps::{CsvField, Outcome, Salary},
};
use serde::Serialize;

/// An application before the import.
#[derive(Debug)]
pub(super) struct CurrentRow {
    pub id: JobApplicationId,
    pub stage: StageId,
    pub outcome: Option<Outcome>,
    pub apply_date: NaiveDate,
    pub source: String,
    pub location: Option<String>,
    pub url: Option<String>,
    pub salary: Option<Salary>,
    pub tags: Vec<String>,
}

/// Values for empty fields of an application.
#[derive(Debug, Serialize)]
pub(super) struct FillRow {
    pub id: JobApplicationId,
    location: Option<String>,
    url: Option<String>,
    salary: Option<Salary>,
    tags: Vec<String>,
}

/// The fields whose values in the row differ. Empty cells are ignored.
pub(super) fn differences(row: &ParsedRow, current: &CurrentRow) -> Vec<CsvField> {
    let values = &row.values;
    let is_other =
        |value: &Option<String>, current: Option<&str>| value.is_some() && value.as_deref() != current;
    let has_new_tag = values.tags.iter().any(|tag| !current.tags.contains(tag));
    let checks = [
        (CsvField::Stage, row.has_stage && row.stage.id != current.stage),
        (
            CsvField::Outcome,
            row.outcome.is_some() && row.outcome != current.outcome,
        ),
        (
            CsvField::ApplyDate,
            values.apply_date.is_some_and(|date| date != current.apply_date),
        ),
        (CsvField::Source, is_other(&values.source, Some(&current.source))),
        (
            CsvField::Location,
            is_other(&values.location, current.location.as_deref()),
        ),
        (CsvField::Url, is_other(&values.url, current.url.as_deref())),
        (
            CsvField::Salary,
            values.salary.is_some() && values.salary != current.salary,
        ),
        (CsvField::Tags, has_new_tag),
    ];
    let fields = checks.into_iter().filter(|(_, differs)| *differs);
    fields.map(|(field, _)| field).collect()
}

/// The values of the row for empty fields of the application. `None` if there are none.
pub(super) fn fill(row: &ParsedRow, current: &CurrentRow) -> Option<FillRow> {
    let values = &row.values;
    let missing =
        |value: &Option<String>, current: &Option<String>| value.clone().filter(|_| current.is_none());
    let fill = FillRow {
        id: current.id,
        location: missing(&values.location, &current.location),
        url: missing(&values.url, &current.url),
        salary: values.salary.clone().filter(|_| current.salary.is_none()),
        tags: if current.tags.is_empty() {
            values.tags.clone()
        } else {
            Vec::new()
        },
    };
    let is_empty =
        fill.location.is_none() && fill.url.is_none() && fill.salary.is_none() && fill.tags.is_empty();
    (!is_empty).then_some(fill)
}
