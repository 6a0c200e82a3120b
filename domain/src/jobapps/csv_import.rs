//! Import of applications from a CSV file.

use super::{Outcome, salary::is_currency};
use crate::{ApiError, CsvImportId, FieldCode, JobApplicationId, mail::ImportState};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Maximum number of columns of a file.
pub const MAX_CSV_COLUMNS: usize = 200;
/// Maximum number of bad rows, and of warnings, that an import lists. All of them are counted.
pub const MAX_LISTED_BAD_ROWS: usize = 100;
/// Maximum number of rows that a preview lists per verdict. All of them are counted.
pub const MAX_LISTED_ROWS: usize = 50;

/// The content of a column of a CSV file.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CsvField {
    /// Name of the employer.
    Company,
    /// Title of the job.
    JobTitle,
    /// Name of a stage, or a word for a stage or outcome.
    Stage,
    /// An outcome, or a word for one.
    Outcome,
    /// Date of the application.
    ApplyDate,
    /// Date since when it is in its stage.
    StageDate,
    /// Where the job was found.
    Source,
    /// Location of the job.
    Location,
    /// URL of the job posting.
    Url,
    /// Salary range as text, such as `$80k - $95k`.
    Salary,
    /// Lower bound of the salary.
    SalaryMin,
    /// Upper bound of the salary.
    SalaryMax,
    /// ISO 4217 code of the currency.
    SalaryCurrency,
    /// Period that the salary is for.
    SalaryPeriod,
    /// Tags.
    Tags,
    /// A note, which a new application gets.
    Note,
    /// When it was added.
    AddedAt,
    /// When it last changed.
    UpdatedAt,
    /// Past stages and outcomes, as `export_csv` writes them.
    History,
}

impl CsvField {
    /// All fields, in the order of the page.
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// Whether the column has dates.
    pub const fn is_date(self) -> bool {
        matches!(
            self,
            Self::ApplyDate | Self::StageDate | Self::AddedAt | Self::UpdatedAt
        )
    }
}

/// Which number comes first in dates such as `3/4/2026`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DateOrder {
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
}

impl DateOrder {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// The effect of a row of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RowVerdict {
    /// The row adds an application.
    New,
    /// The application exists, and the row says nothing else about it.
    Same,
    /// The application exists with other values.
    Differs,
}

/// An import of applications from a CSV file, its progress and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CsvImport {
    /// Id of the import.
    pub id: CsvImportId,
    /// State of the import. A preview that is `done` waits to be applied.
    pub state: ImportState,
    /// Whether this is a preview, which changes nothing: the numbers are what the import would do.
    pub dry_run: bool,
    /// Whether empty fields of existing applications are filled in from the file.
    pub fill_empty: bool,
    /// Name of the file.
    pub file_name: String,
    /// The program that the file is from, if its columns show that.
    pub preset: Option<String>,
    /// The columns of the file.
    pub columns: Vec<CsvColumn>,
    /// Rows read so far, without the head.
    pub rows_seen: i64,
    /// Applications added.
    pub created: i64,
    /// Rows of applications that exist already.
    pub same: i64,
    /// Rows of applications that exist with other values, which are kept.
    pub differs: i64,
    /// Existing applications whose empty fields were filled in. They count as `differs` too.
    pub updated: i64,
    /// Rows that could not be read or are not valid. Nothing of them is imported.
    pub bad_rows: i64,
    /// The first 100 of these rows.
    pub bad: Vec<BadRow>,
    /// Rows that are imported without values that are not valid.
    pub warned_rows: i64,
    /// The first 100 of these values.
    pub warnings: Vec<BadRow>,
    /// ISO 4217 code for salaries in rows without a currency; `null` if those salaries are left out.
    pub currency: Option<String>,
    /// Rows with such a salary.
    pub rows_without_currency: i64,
    /// The first rows of each kind.
    pub rows: Vec<CsvRow>,
}

/// A column of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CsvColumn {
    /// The name in the head of the file.
    pub name: String,
    /// The content of the column; `null` if the column is not imported.
    pub field: Option<CsvField>,
    /// Its first values.
    pub samples: Vec<String>,
    /// How its dates are read; `null` if it has none, or none that could be read in two ways.
    pub date_order: Option<DateOrder>,
    /// Whether no date of the column says which number is the day, so that `date_order` is an assumption.
    pub is_date_order_assumed: bool,
}

/// A row that is not imported, or a cell that is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BadRow {
    /// Number of the row; the head is row 1. Empty lines do not count.
    pub row: i64,
    /// The column; `null` if the whole row is wrong.
    pub column: Option<String>,
    /// The problem and how to fix it.
    pub detail: String,
}

/// The effect of a row of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CsvRow {
    /// Number of the row; the head is row 1. Empty lines do not count.
    pub row: i64,
    /// The effect.
    pub verdict: RowVerdict,
    /// Name of the employer.
    pub company: Option<String>,
    /// Title of the job.
    pub job_title: Option<String>,
    /// Date of the application.
    pub apply_date: Option<NaiveDate>,
    /// Name of the stage.
    pub stage: String,
    /// The outcome; `null` while it is open.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// The existing application.
    pub jobapp_id: Option<JobApplicationId>,
    /// Fields in which it differs.
    pub fields: Vec<CsvField>,
}

/// A CSV import.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmCsvImportInput {
    /// Id from `import_csv`.
    pub csv_import_id: CsvImportId,
    /// Whether to fill in empty fields of applications that exist already. A field that has a value is never changed.
    #[serde(default)]
    pub fill_empty: bool,
}

/// Body of `POST /api/jobapps/map_csv_import`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MapCsvImportInput {
    /// Id from `import_csv`.
    pub csv_import_id: CsvImportId,
    /// The content of each column, in the order of the file; `null` for a column that is not imported.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub fields: Vec<Option<CsvField>>,
    /// How to read dates such as `3/4/2026`. By default, the dates of the file decide.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// ISO 4217 code for salaries in rows without a currency; empty to leave those salaries out. By default, it is not changed.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 3))]
    pub currency: Option<String>,
}

/// Parses the currency of salaries without one; `None` if the text is blank.
///
/// # Errors
/// `invalid` if it is neither blank nor an ISO 4217 code.
pub fn file_currency(text: &str) -> Result<Option<String>, ApiError> {
    let code = text.trim().to_uppercase();
    if code.is_empty() || is_currency(&code) {
        return Ok(Some(code).filter(|code| !code.is_empty()));
    }
    let detail = "Use an ISO 4217 currency code, such as EUR.";
    Err(ApiError::field("currency", FieldCode::InvalidFormat, detail))
}

/// Maps columns by name. If several columns have the name, the first one is mapped.
pub fn apply_mapping(
    columns: &mut [CsvColumn],
    mapping: &BTreeMap<String, Option<CsvField>>,
) -> Result<(), ApiError> {
    let mut fields = vec![None; columns.len()];
    for (name, field) in mapping {
        let Some(index) = columns.iter().position(|column| column.name == *name) else {
            let detail = format!("The file has no column named {}.", shortened(name));
            return Err(ApiError::field("mapping", FieldCode::InvalidFormat, &detail));
        };
        fields[index] = *field;
    }
    set_fields(columns, &fields, "mapping")
}

/// Maps all columns, in order. Each field may be used only once, and the company or the job title must be mapped.
pub fn set_fields(
    columns: &mut [CsvColumn],
    fields: &[Option<CsvField>],
    parameter: &str,
) -> Result<(), ApiError> {
    let invalid = |detail: &str| ApiError::field(parameter, FieldCode::InvalidFormat, detail);
    if fields.len() != columns.len() {
        return Err(invalid("Send one field for each column of the file."));
    }
    for (index, field) in fields.iter().enumerate() {
        if field.is_some() && fields[..index].contains(field) {
            return Err(invalid("Choose each field for one column only."));
        }
    }
    if !has_name(fields.iter().copied()) {
        return Err(invalid("Choose the column of the company or of the job title."));
    }
    for (column, field) in columns.iter_mut().zip(fields) {
        column.field = *field;
        column.date_order = None;
        column.is_date_order_assumed = false;
    }
    Ok(())
}

/// Whether the company or the job title is among the fields. An application needs one of them.
pub fn has_name(fields: impl IntoIterator<Item = Option<CsvField>>) -> bool {
    fields
        .into_iter()
        .any(|field| matches!(field, Some(CsvField::Company | CsvField::JobTitle)))
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<CsvColumn> {
        let column = |name: &&str| CsvColumn {
            name: (*name).to_owned(),
            field: None,
            samples: Vec::new(),
            date_order: None,
            is_date_order_assumed: false,
        };
        names.iter().map(column).collect()
    }

    #[test]
    fn mapping_sets_columns_by_name_and_rejects_what_makes_no_application() {
        let map = |pairs: &[(&str, Option<CsvField>)]| {
            let mut columns = columns(&["Firm", "Role", "When"]);
            let mapping = pairs.iter().map(|(name, field)| ((*name).to_owned(), *field));
            apply_mapping(&mut columns, &mapping.collect())
                .map(|()| columns.into_iter().map(|column| column.field).collect::<Vec<_>>())
        };
        let (company, title) = (Some(CsvField::Company), Some(CsvField::JobTitle));
        assert_eq!(
            map(&[("Role", title), ("Firm", company), ("When", None)]),
            Ok(vec![company, title, None])
        );
        for pairs in [
            [("Nothing", company)].as_slice(),
            &[("Firm", company), ("Role", company)],
            &[("When", Some(CsvField::ApplyDate))],
            &[],
        ] {
            let error = map(pairs).expect_err("invalid");
            assert_eq!(error.errors[0].field, "mapping", "{pairs:?}");
        }
    }
}
