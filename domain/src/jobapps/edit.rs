//! Input of `POST /api/jobapps/edit_jobapp`: every field except stage and outcome.

use super::{
    JobApplication, Salary, SalaryInput,
    fields::{DEFAULT_SOURCE, apply_date, check_tags, present, web_url},
};
use crate::{ApiError, FieldCode, FieldErrors, JobApplicationId, normalize};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Body of `POST /api/jobapps/edit_jobapp`. Absent fields stay unchanged; `null` clears an optional field.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditApplicationInput {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The version you read; the request fails if the application has changed since. Required without the header `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// 1 to 200 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 200))]
    pub job_title: Option<Option<String>>,
    /// 1 to 200 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 200))]
    pub company: Option<Option<String>>,
    /// The date of the application.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = chrono::NaiveDate))]
    pub application_date: Option<Option<NaiveDate>>,
    /// Alias of `application_date`, the name that responses use.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = chrono::NaiveDate))]
    pub apply_date: Option<Option<NaiveDate>>,
    /// Up to 200 characters; `Manual` when cleared.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub source: Option<Option<String>>,
    /// Up to 200 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 200))]
    pub location: Option<Option<String>>,
    /// http or https, up to 2000 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uri", max_length = 2000))]
    pub url: Option<Option<String>>,
    /// The salary range.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<SalaryInput>))]
    pub salary: Option<Option<SalaryInput>>,
    /// Up to 20, each of 1 to 40 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>, max_items = 20))]
    pub tags: Option<Option<Vec<String>>>,
}

/// A validated [`EditApplicationInput`]. `None` leaves a field unchanged.
#[expect(clippy::option_option, reason = "cleared and unchanged are different things")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditApplication {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The version you read; the request fails if the application has changed since.
    pub version: i32,
    job_title: Option<String>,
    company: Option<String>,
    apply_date: Option<NaiveDate>,
    source: Option<String>,
    location: Option<Option<String>>,
    url: Option<Option<String>>,
    salary: Option<Option<Salary>>,
    tags: Option<Vec<String>>,
}

impl EditApplicationInput {
    /// An edit without a change.
    pub fn unchanged(jobapp_id: JobApplicationId, version: i32) -> Self {
        Self {
            jobapp_id,
            version: Some(version),
            job_title: None,
            company: None,
            application_date: None,
            apply_date: None,
            source: None,
            location: None,
            url: None,
            salary: None,
            tags: None,
        }
    }

    /// Validates every field and reports all errors together.
    pub fn parse(self) -> Result<EditApplication, ApiError> {
        let mut errors = FieldErrors::default();
        if self.version.is_none() {
            let detail = "Send the version that you read, or If-Match.";
            errors.add("version", FieldCode::Required, detail);
        }
        let is_empty = self.job_title.is_none()
            && self.company.is_none()
            && self.application_date.is_none()
            && self.apply_date.is_none()
            && self.source.is_none()
            && self.location.is_none()
            && self.url.is_none()
            && self.salary.is_none()
            && self.tags.is_none();
        if is_empty {
            let detail = "Send at least one field to change.";
            errors.add("job_title", FieldCode::Required, detail);
        }
        for (field, is_null) in [
            ("job_title", self.job_title == Some(None)),
            ("company", self.company == Some(None)),
            ("application_date", self.application_date == Some(None)),
            ("apply_date", self.apply_date == Some(None)),
        ] {
            if is_null {
                let detail = "This cannot be empty. Omit it to leave it unchanged.";
                errors.add(field, FieldCode::Required, detail);
            }
        }
        let job_title = self.job_title.flatten();
        let job_title = job_title.map(|t| errors.check("job_title", normalize::line(&t, 1, 200)));
        let company = self.company.flatten();
        let company = company.map(|c| errors.check("company", normalize::line(&c, 1, 200)));
        let source = self.source.map(|s| {
            let source = errors.check("source", normalize::optional_line(s.as_deref(), 200));
            source.map(|s| s.unwrap_or_else(|| DEFAULT_SOURCE.into()))
        });
        let location = self
            .location
            .map(|l| errors.check("location", normalize::optional_line(l.as_deref(), 200)));
        let url = self.url.map(|u| errors.check("url", web_url(u.as_deref())));
        let salary = self
            .salary
            .map(|s| s.map_or(Some(None), |s| s.parse(&mut errors).map(Some)));
        let tags = self
            .tags
            .map(|t| check_tags(&mut errors, "tags", t.unwrap_or_default()));
        let apply_date = apply_date(
            self.application_date.flatten(),
            self.apply_date.flatten(),
            &mut errors,
        );
        errors.into_result()?;
        // Without errors, every field that was sent has a valid value.
        Ok(EditApplication {
            jobapp_id: self.jobapp_id,
            version: self.version.unwrap_or_default(),
            job_title: job_title.flatten(),
            company: company.flatten(),
            apply_date,
            source: source.flatten(),
            location: location.flatten(),
            url: url.flatten(),
            salary: salary.flatten(),
            tags: tags.flatten(),
        })
    }
}

impl EditApplication {
    /// Applies the new values. Returns the names of the fields that the user has set.
    pub fn apply(self, application: &mut JobApplication) -> Vec<&'static str> {
        let mut edited = Vec::new();
        let mut mark = |name, is_set: bool| {
            if is_set {
                edited.push(name);
            }
        };
        mark(
            "job_title",
            set(&mut application.job_title, self.job_title.map(Some)),
        );
        mark("company", set(&mut application.company, self.company.map(Some)));
        mark("apply_date", set(&mut application.apply_date, self.apply_date));
        mark("source", set(&mut application.source, self.source));
        mark("location", set(&mut application.location, self.location));
        mark("url", set(&mut application.url, self.url));
        mark("salary", set(&mut application.salary, self.salary));
        mark("tags", set(&mut application.tags, self.tags));
        edited
    }
}

fn set<T>(field: &mut T, value: Option<T>) -> bool {
    let is_set = value.is_some();
    if let Some(value) = value {
        *field = value;
    }
    is_set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(fields: &str) -> Result<EditApplication, ApiError> {
        let body = format!(r#"{{"jobapp_id":"00000000-0000-0000-0000-000000000001","version":1{fields}}}"#);
        serde_json::from_str::<EditApplicationInput>(&body)
            .expect("shape")
            .parse()
    }

    fn invalid_fields(fields: &str) -> Vec<String> {
        let errors = parse(fields).unwrap_err().errors;
        errors.into_iter().map(|e| e.field).collect()
    }

    #[test]
    fn edit_input_null_clears_only_optional_fields() {
        let edit =
            parse(r#","source":null,"location":null,"url":null,"salary":null,"tags":null"#).expect("valid");
        assert_eq!(edit.source.as_deref(), Some(DEFAULT_SOURCE));
        assert_eq!(
            (edit.location, edit.url, edit.salary),
            (Some(None), Some(None), Some(None))
        );
        assert_eq!(edit.tags, Some(Vec::new()));
        assert_eq!(
            invalid_fields(r#","job_title":null,"company":null,"application_date":null"#),
            ["job_title", "company", "application_date"]
        );
    }

    #[test]
    fn edit_input_empty_or_invalid_reports_every_field() {
        assert_eq!(invalid_fields(""), ["job_title"]);
        assert_eq!(
            invalid_fields(
                r#","job_title":" ","url":"ftp://x","apply_date":"1066-01-01","salary":{"currency":"EUR","period":"day"},"tags":[""]"#
            ),
            ["job_title", "url", "salary.min", "tags[0]", "apply_date"]
        );
        assert_eq!(
            invalid_fields(r#","apply_date":"2026-01-01","application_date":"2026-01-01""#),
            ["apply_date"]
        );
    }

    #[test]
    fn edit_input_apply_returns_only_the_fields_sent() {
        let edit = parse(r#","location":null,"tags":["a","a"]"#).expect("valid");
        let mut application: JobApplication = serde_json::from_str(
            r#"{"id":"00000000-0000-0000-0000-000000000001","job_title":"a","company":"b","company_logo":null,
            "application_status":{"id":"00000000-0000-0000-0000-000000000001","value":"x","kind":"applied","position":0},
            "outcome":null,"is_rejected":false,"apply_date":"2026-01-01","source":"s","location":"Rome","url":null,
            "salary":null,"tags":[],"on_hold":false,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","version":1}"#,
        )
        .expect("application");
        assert_eq!(edit.apply(&mut application), ["location", "tags"]);
        assert_eq!(
            (application.location, application.tags),
            (None, vec!["a".to_owned()])
        );
        assert_eq!(application.job_title.as_deref(), Some("a"));
    }
}
