//! `/w/{slug}/import/csv` and the pages of its imports. Rendered by the server only.

mod columns_form;
mod detail_page;
mod page;
mod row_list;
mod summary;

pub use detail_page::CsvImportDetailPage;
pub use page::CsvImportPage;

use crate::{error::AppError, server::flash};
use domain::{ApiError, jobapps::CsvField};

/// The label of a field.
const fn field_name(field: CsvField) -> &'static str {
    match field {
        CsvField::Company => "Company",
        CsvField::JobTitle => "Job title",
        CsvField::Stage => "Stage",
        CsvField::Outcome => "Outcome",
        CsvField::ApplyDate => "Applied on",
        CsvField::StageDate => "In this stage since",
        CsvField::Source => "Source",
        CsvField::Location => "Location",
        CsvField::Url => "Link",
        CsvField::Salary => "Salary range",
        CsvField::SalaryMin => "Salary from",
        CsvField::SalaryMax => "Salary to",
        CsvField::SalaryCurrency => "Currency",
        CsvField::SalaryPeriod => "Salary per",
        CsvField::Tags => "Tags",
        CsvField::Note => "Note",
        CsvField::AddedAt => "Added on",
        CsvField::UpdatedAt => "Last changed",
        CsvField::History => "History",
    }
}

/// The error of the last form submission. Includes field errors, because the fields of these forms show no errors of their own.
fn form_error(action: &str) -> Option<AppError> {
    let AppError(error) = flash::error_for(action)?;
    Some(AppError(match error.errors.first() {
        Some(field) => ApiError::new(error.code, field.detail.clone()),
        None => error,
    }))
}
