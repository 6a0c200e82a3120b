//! Reads the form for a new application.

use domain::{ApiError, FieldCode, FieldErrors, jobapps::AddJobappInput};

/// Puts the fields together as they were typed. What the domain checks is left to it, except that a day and a stage
/// must be readable at all; then the rest is checked as well, so that everything wrong is told at once.
///
/// # Errors
/// `invalid` names every wrong field.
pub fn read(
    company: &str,
    job_title: &str,
    status_id: &str,
    source: &str,
    location: &str,
    url: &str,
    application_date: &str,
) -> Result<AddJobappInput, ApiError> {
    let given = |text: &str| {
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned)
    };
    let mut errors = FieldErrors::default();
    let date = given(application_date).map(|text| {
        let wrong = (
            FieldCode::InvalidFormat,
            "Use a day such as 2026-11-24.".to_owned(),
        );
        errors.take("application_date", text.parse().map_err(|_| wrong))
    });
    let status = given(status_id).map(|text| {
        let wrong = (FieldCode::InvalidFormat, "Choose one of the stages.".to_owned());
        errors.take("status_id", text.parse().map_err(|_| wrong))
    });
    let input = AddJobappInput {
        job_title: job_title.to_owned(),
        company: company.to_owned(),
        application_date: date.flatten(),
        status_id: status.flatten(),
        source: given(source),
        location: given(location),
        url: given(url),
        ..AddJobappInput::default()
    };
    if errors.0.is_empty() {
        return Ok(input);
    }
    if let Err(more) = input.parse() {
        errors.0.extend(more.errors);
    }
    Err(errors.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_fields_are_not_given() {
        let input = read(" Fernway ", "Analyst", "", "  ", "", "", "2026-11-02").expect("readable");
        assert_eq!((input.source, input.status_id), (None, None));
        assert_eq!(
            input.application_date.map(|day| day.to_string()).as_deref(),
            Some("2026-11-02")
        );
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let error = read("", "Analyst", "first", "", "", "ftp://x", "tomorrow").expect_err("wrong");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["application_date", "status_id", "company", "url"]);
    }
}
