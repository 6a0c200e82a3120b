//! Parses the form for a new application.

use domain::{ApiError, FieldCode, FieldErrors, jobapps::AddApplicationInput};

/// Parses date and stage; the domain validates everything else later. If date or stage is invalid, the other fields are validated
/// here as well, so that the user sees all errors together.
///
/// # Errors
/// `invalid` with every invalid field.
pub fn parse_add_form(
    company: &str,
    job_title: &str,
    status_id: &str,
    source: &str,
    location: &str,
    url: &str,
    application_date: &str,
) -> Result<AddApplicationInput, ApiError> {
    let non_empty = |text: &str| {
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned)
    };
    let mut errors = FieldErrors::default();
    let date = non_empty(application_date).map(|text| {
        let error = (
            FieldCode::InvalidFormat,
            "Enter a date such as 2026-11-24.".to_owned(),
        );
        errors.check("application_date", text.parse().map_err(|_| error))
    });
    let status = non_empty(status_id).map(|text| {
        let error = (FieldCode::InvalidFormat, "Choose one of your stages.".to_owned());
        errors.check("status_id", text.parse().map_err(|_| error))
    });
    let input = AddApplicationInput {
        job_title: job_title.to_owned(),
        company: company.to_owned(),
        application_date: date.flatten(),
        status_id: status.flatten(),
        source: non_empty(source),
        location: non_empty(location),
        url: non_empty(url),
        ..AddApplicationInput::default()
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
    fn empty_fields_are_none() {
        let input =
            parse_add_form(" Fernway ", "Analyst", "", "  ", "", "", "2026-11-02").expect("a valid form");
        assert_eq!((input.source, input.status_id), (None, None));
        assert_eq!(
            input.application_date.map(|day| day.to_string()).as_deref(),
            Some("2026-11-02")
        );
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let error = parse_add_form("", "Analyst", "first", "", "", "ftp://x", "tomorrow")
            .expect_err("invalid fields");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["application_date", "status_id", "company", "url"]);
    }
}
