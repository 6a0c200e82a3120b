//! The values of a row of a CSV file, checked like those of a new application.

use super::{
    CsvField, MAX_NOTE_LEN, Salary, SalaryInput,
    fields::{check_tags, is_plausible_date, web_url},
};
use crate::{FieldCode, FieldErrors, normalize};
use chrono::NaiveDate;

/// The values of a row before they are checked.
#[derive(Clone, Debug, Default)]
pub struct CsvRowInput {
    /// Name of the employer.
    pub company: Option<String>,
    /// Title of the job.
    pub job_title: Option<String>,
    /// Date of the application.
    pub apply_date: Option<NaiveDate>,
    /// Where the job was found.
    pub source: Option<String>,
    /// Location of the job.
    pub location: Option<String>,
    /// URL of the job posting.
    pub url: Option<String>,
    /// The salary range.
    pub salary: Option<SalaryInput>,
    /// Tags.
    pub tags: Vec<String>,
    /// The text of a note that a new application gets.
    pub note: Option<String>,
}

/// A valid [`CsvRowInput`]. The company or the title is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvRowValues {
    /// Name of the employer.
    pub company: Option<String>,
    /// Title of the job.
    pub job_title: Option<String>,
    /// Date of the application.
    pub apply_date: Option<NaiveDate>,
    /// Where the job was found.
    pub source: Option<String>,
    /// Location of the job.
    pub location: Option<String>,
    /// URL of the job posting.
    pub url: Option<String>,
    /// The salary range.
    pub salary: Option<Salary>,
    /// Tags.
    pub tags: Vec<String>,
    /// The text of a note that a new application gets.
    pub note: Option<String>,
}

/// Why a row is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvRowError {
    /// The value; `None` for the row as a whole.
    pub field: Option<CsvField>,
    /// The problem and how to fix it.
    pub detail: String,
}

impl CsvRowInput {
    /// Validates the values. Invalid values are dropped and returned as warnings; an invalid or missing name makes the whole row invalid.
    pub fn parse(self) -> Result<(CsvRowValues, Vec<CsvRowError>), CsvRowError> {
        let mut errors = FieldErrors::default();
        let mut line = |field: CsvField, value: &Option<String>, max: usize| {
            errors
                .check(field.as_str(), normalize::optional_line(value.as_deref(), max))
                .flatten()
        };
        let company = line(CsvField::Company, &self.company, 200);
        let job_title = line(CsvField::JobTitle, &self.job_title, 200);
        let source = line(CsvField::Source, &self.source, 200);
        let location = line(CsvField::Location, &self.location, 200);
        let url = errors.check(CsvField::Url.as_str(), web_url(self.url.as_deref()));
        let tags = check_tags(&mut errors, CsvField::Tags.as_str(), self.tags);
        let note = self
            .note
            .as_deref()
            .map(|note| normalize::lines(note, 1, MAX_NOTE_LEN));
        let note = errors.check(CsvField::Note.as_str(), note.transpose()).flatten();
        let salary = self.salary.and_then(|salary| salary.parse(&mut errors));
        let apply_date = self.apply_date.filter(|date| is_plausible_date(*date));
        if apply_date != self.apply_date {
            let detail = "Use a date between 1970-01-01 and 2099-12-31.";
            errors.add(CsvField::ApplyDate.as_str(), FieldCode::OutOfRange, detail);
        }
        let mut warnings = Vec::new();
        for error in errors.0 {
            let error = CsvRowError {
                field: field_of(&error.field),
                detail: error.detail,
            };
            if matches!(error.field, Some(CsvField::Company | CsvField::JobTitle)) {
                return Err(error);
            }
            warnings.push(error);
        }
        if company.is_none() && job_title.is_none() {
            return Err(CsvRowError {
                field: None,
                detail: "The row has neither a company nor a job title.".into(),
            });
        }
        let values = CsvRowValues {
            company,
            job_title,
            apply_date,
            source,
            location,
            url: url.flatten(),
            salary,
            tags: tags.unwrap_or_default(),
            note,
        };
        Ok((values, warnings))
    }
}

fn field_of(name: &str) -> Option<CsvField> {
    match name {
        "salary.min" => Some(CsvField::SalaryMin),
        "salary.max" => Some(CsvField::SalaryMax),
        "salary.currency" => Some(CsvField::SalaryCurrency),
        // The error of a tag names its index, such as `tags[1]`.
        _ => CsvField::parse(name.split('[').next().unwrap_or(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_needs_a_name_and_valid_values() {
        let row = |change: fn(&mut CsvRowInput)| {
            let mut row = CsvRowInput {
                company: Some(" Moss ".into()),
                ..CsvRowInput::default()
            };
            change(&mut row);
            let fields =
                |warnings: Vec<CsvRowError>| warnings.into_iter().map(|w| w.field).collect::<Vec<_>>();
            let parsed = row.parse().map_err(|error| error.field);
            parsed.map(|(values, warnings)| (values, fields(warnings)))
        };
        let warned = |change: fn(&mut CsvRowInput)| row(change).map(|(_, warnings)| warnings);
        let (valid, warnings) = row(|_| ()).expect("valid");
        assert_eq!((valid.company.as_deref(), valid.job_title), (Some("Moss"), None));
        assert_eq!(warnings, []);
        assert_eq!(row(|r| r.company = Some("  ".into())), Err(None));
        assert_eq!(
            row(|r| r.job_title = Some("x".repeat(201))),
            Err(Some(CsvField::JobTitle))
        );
        assert_eq!(
            warned(|r| r.url = Some("javascript:alert(1)".into())),
            Ok(vec![Some(CsvField::Url)])
        );
        assert_eq!(
            warned(|r| r.apply_date = NaiveDate::from_ymd_opt(1066, 1, 1)),
            Ok(vec![Some(CsvField::ApplyDate)])
        );
        let salary = |min, currency: &str| SalaryInput {
            min: Some(min),
            max: Some(5),
            currency: currency.into(),
            period: crate::jobapps::SalaryPeriod::Year,
        };
        for (range, field) in [
            (salary(9, "EUR"), CsvField::SalaryMin),
            (salary(1, "XXX"), CsvField::SalaryCurrency),
        ] {
            let input = CsvRowInput {
                company: Some("x".into()),
                salary: Some(range),
                ..CsvRowInput::default()
            };
            let (values, warnings) = input.parse().expect("valid");
            assert_eq!((values.salary, warnings[0].field), (None, Some(field)));
        }
    }
}
