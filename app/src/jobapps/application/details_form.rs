//! Parses the form with the details of an application.

use domain::{
    ApiError, FieldCode, FieldErrors,
    jobapps::{EditApplicationInput, JobApplication, SalaryInput, SalaryPeriod},
};

/// The fields as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailsForm {
    /// The date of the application.
    pub apply_date: String,
    /// Where the job was found.
    pub source: String,
    pub location: String,
    /// URL of the posting.
    pub url: String,
    /// Lower bound of the salary.
    pub salary_min: String,
    /// Upper bound of the salary.
    pub salary_max: String,
    pub salary_currency: String,
    pub salary_period: String,
    /// Tags, separated by commas.
    pub tags: String,
}

impl DetailsForm {
    /// The fields with the values of an application.
    pub fn of(application: &JobApplication) -> Self {
        let salary = application.salary.as_ref();
        let amount = |amount: Option<i64>| amount.map(|a| a.to_string()).unwrap_or_default();
        Self {
            apply_date: application.apply_date.to_string(),
            source: application.source.clone(),
            location: application.location.clone().unwrap_or_default(),
            url: application.url.clone().unwrap_or_default(),
            salary_min: amount(salary.and_then(|s| s.min)),
            salary_max: amount(salary.and_then(|s| s.max)),
            salary_currency: salary.map(|s| s.currency.clone()).unwrap_or_default(),
            salary_period: salary
                .map_or(SalaryPeriod::Year, |s| s.period)
                .as_str()
                .to_owned(),
            tags: application.tags.join(", "),
        }
    }

    /// The fields by name.
    pub fn values(&self) -> [(&'static str, &str); 9] {
        [
            ("apply_date", &self.apply_date),
            ("source", &self.source),
            ("location", &self.location),
            ("url", &self.url),
            ("salary_min", &self.salary_min),
            ("salary_max", &self.salary_max),
            ("salary_currency", &self.salary_currency),
            ("salary_period", &self.salary_period),
            ("tags", &self.tags),
        ]
    }
}

/// Parses dates and numbers; the domain validates everything else later. If a date or number is invalid, the other fields are
/// validated here as well, so that the user sees all errors together.
///
/// # Errors
/// `invalid` with every invalid field.
pub fn parse_details(
    form: &DetailsForm,
    unchanged: EditApplicationInput,
) -> Result<EditApplicationInput, ApiError> {
    let mut errors = FieldErrors::default();
    let text = |value: &str| Some(Some(value.trim().to_owned()).filter(|value| !value.is_empty()));
    let date = form.apply_date.trim().parse().map_err(|_| {
        (
            FieldCode::InvalidFormat,
            "Enter a date such as 2026-11-24.".to_owned(),
        )
    });
    let tags = form.tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    let input = EditApplicationInput {
        apply_date: errors.check("apply_date", date).map(Some),
        source: text(&form.source),
        location: text(&form.location),
        url: text(&form.url),
        salary: Some(salary(form, &mut errors)),
        tags: Some(Some(tags.map(ToOwned::to_owned).collect())),
        ..unchanged
    };
    if errors.0.is_empty() {
        return Ok(input);
    }
    if let Err(more) = input.parse() {
        let is_new = |field: &str| !errors.0.iter().any(|error| error.field == field);
        let more: Vec<_> = more.errors.into_iter().filter(|e| is_new(&e.field)).collect();
        errors.0.extend(more);
    }
    Err(errors.into())
}

/// The salary; `None` if no amount is entered.
fn salary(form: &DetailsForm, errors: &mut FieldErrors) -> Option<SalaryInput> {
    let mut amount = |field: &str, value: &str| {
        let digits: String = value
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '.' | '\''))
            .collect();
        let error = (
            FieldCode::InvalidFormat,
            "Enter a whole number, such as 72000.".to_owned(),
        );
        let parsed = (!digits.is_empty()).then(|| errors.check(field, digits.parse().map_err(|_| error)));
        parsed.flatten()
    };
    let min = amount("salary.min", &form.salary_min);
    let max = amount("salary.max", &form.salary_max);
    if min.is_none() && max.is_none() {
        return None;
    }
    Some(SalaryInput {
        min,
        max,
        currency: form.salary_currency.trim().to_uppercase(),
        period: SalaryPeriod::parse(&form.salary_period).unwrap_or(SalaryPeriod::Year),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(change: impl FnOnce(&mut DetailsForm)) -> Result<EditApplicationInput, ApiError> {
        let mut form = DetailsForm {
            apply_date: "2026-11-02".into(),
            ..DetailsForm::default()
        };
        change(&mut form);
        let id = domain::JobApplicationId(uuid::Uuid::nil());
        parse_details(&form, EditApplicationInput::unchanged(id, 1))
    }

    #[test]
    fn empty_fields_clear_optional_values() {
        let input = parse(|_| ()).expect("a valid form");
        assert_eq!((input.location, input.url), (Some(None), Some(None)));
        assert_eq!((input.salary, input.source), (Some(None), Some(None)));
        assert_eq!(input.tags, Some(Some(Vec::new())));
        assert_eq!((input.job_title, input.company), (None, None));
    }

    #[test]
    fn grouped_amounts_and_lists_of_tags_are_read() {
        let input = parse(|form| {
            form.salary_min = "72,000".into();
            form.salary_currency = "eur".into();
            form.tags = "energy, , remote work,".into();
        })
        .expect("a valid form");
        let salary = input.salary.flatten().expect("a salary");
        assert_eq!((salary.min, salary.max), (Some(72_000), None));
        assert_eq!(salary.currency, "EUR");
        assert_eq!(input.tags.flatten().expect("tags"), ["energy", "remote work"]);
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let error = parse(|form| {
            form.apply_date = "soon".into();
            form.salary_max = "much".into();
            form.url = "ftp://x".into();
        })
        .expect_err("invalid fields");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["apply_date", "salary.max", "url"]);
    }
}
