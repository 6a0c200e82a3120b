//! Changing what an application says, as opposed to where it stands.

use super::{
    JobApplication, Salary, SalaryInput,
    input::{apply_date, posting_url, present, tags},
};
use crate::{ApiError, FieldCode, FieldErrors, JobApplicationId, text};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What an application has when nobody says where it was found.
pub(super) const NO_SOURCE: &str = "Manual";

/// Body of `POST /api/jobapps/edit_jobapp`. Fields left out stay as they are; `null` clears what can be empty.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditJobappInput {
    /// Which.
    pub jobapp_id: JobApplicationId,
    /// The version that the caller read.
    pub version: i32,
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
    /// The day of applying.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = chrono::NaiveDate))]
    pub application_date: Option<Option<NaiveDate>>,
    /// The name that answers use for it; taken here as well.
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
    /// What it pays.
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

/// An [`EditJobappInput`] that was checked. Nothing stands for a field that stays as it is.
#[expect(clippy::option_option, reason = "cleared and left alone are different things")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditJobapp {
    /// Which.
    pub jobapp_id: JobApplicationId,
    /// The version that the caller read.
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

impl EditJobappInput {
    /// Checks every field and reports all that is wrong at once.
    pub fn parse(self) -> Result<EditJobapp, ApiError> {
        let mut errors = FieldErrors::default();
        let nothing = self.job_title.is_none()
            && self.company.is_none()
            && self.application_date.is_none()
            && self.apply_date.is_none()
            && self.source.is_none()
            && self.location.is_none()
            && self.url.is_none()
            && self.salary.is_none()
            && self.tags.is_none();
        if nothing {
            let detail = "Send at least one field to change.";
            errors.add("job_title", FieldCode::Required, detail);
        }
        for (field, null) in [
            ("job_title", self.job_title == Some(None)),
            ("company", self.company == Some(None)),
            ("application_date", self.application_date == Some(None)),
            ("apply_date", self.apply_date == Some(None)),
        ] {
            if null {
                let detail = "This cannot be empty. Leave it out to keep it as it is.";
                errors.add(field, FieldCode::Required, detail);
            }
        }
        let job_title = self.job_title.flatten();
        let job_title = job_title.map(|t| errors.take("job_title", text::line(&t, 1, 200)));
        let company = self.company.flatten();
        let company = company.map(|c| errors.take("company", text::line(&c, 1, 200)));
        let source = self.source.map(|s| {
            let source = errors.take("source", text::optional_line(s.as_deref(), 200));
            source.map(|s| s.unwrap_or_else(|| NO_SOURCE.into()))
        });
        let location = self
            .location
            .map(|l| errors.take("location", text::optional_line(l.as_deref(), 200)));
        let url = self.url.map(|u| errors.take("url", posting_url(u.as_deref())));
        let salary = self
            .salary
            .map(|s| s.map_or(Some(None), |s| s.parse(&mut errors).map(Some)));
        let tags = self
            .tags
            .map(|t| errors.take("tags", tags(t.unwrap_or_default())));
        let apply_date = apply_date(
            self.application_date.flatten(),
            self.apply_date.flatten(),
            &mut errors,
        );
        errors.finish()?;
        // Without errors each field that was sent has a value.
        Ok(EditJobapp {
            jobapp_id: self.jobapp_id,
            version: self.version,
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

impl EditJobapp {
    /// Writes the new values into the application. Answers the names of the fields that a person has now decided.
    pub fn write(self, application: &mut JobApplication) -> Vec<&'static str> {
        let mut decided = Vec::new();
        let mut write = |name, written: bool| {
            if written {
                decided.push(name);
            }
        };
        write("job_title", put(&mut application.job_title, self.job_title));
        write("company", put(&mut application.company, self.company));
        write("apply_date", put(&mut application.apply_date, self.apply_date));
        write("source", put(&mut application.source, self.source));
        write("location", put(&mut application.location, self.location));
        write("url", put(&mut application.url, self.url));
        write("salary", put(&mut application.salary, self.salary));
        write("tags", put(&mut application.tags, self.tags));
        decided
    }
}

fn put<T>(field: &mut T, value: Option<T>) -> bool {
    let given = value.is_some();
    if let Some(value) = value {
        *field = value;
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(fields: &str) -> Result<EditJobapp, ApiError> {
        let body = format!(r#"{{"jobapp_id":"00000000-0000-0000-0000-000000000001","version":1{fields}}}"#);
        serde_json::from_str::<EditJobappInput>(&body)
            .expect("shape")
            .parse()
    }

    fn wrong(fields: &str) -> Vec<String> {
        let errors = parse(fields).unwrap_err().errors;
        errors.into_iter().map(|e| e.field).collect()
    }

    #[test]
    fn null_clears_what_can_be_empty_and_nothing_else() {
        let edit =
            parse(r#","source":null,"location":null,"url":null,"salary":null,"tags":null"#).expect("fine");
        assert_eq!(edit.source.as_deref(), Some(NO_SOURCE));
        assert_eq!(
            (edit.location, edit.url, edit.salary),
            (Some(None), Some(None), Some(None))
        );
        assert_eq!(edit.tags, Some(Vec::new()));
        assert_eq!(
            wrong(r#","job_title":null,"company":null,"application_date":null"#),
            ["job_title", "company", "application_date"]
        );
    }

    #[test]
    fn something_must_be_asked_for_and_all_that_is_wrong_is_named() {
        assert_eq!(wrong(""), ["job_title"]);
        assert_eq!(
            wrong(
                r#","job_title":" ","url":"ftp://x","apply_date":"1066-01-01","salary":{"currency":"EUR","period":"day"},"tags":[""]"#
            ),
            ["job_title", "url", "salary.min", "tags", "apply_date"]
        );
        assert_eq!(
            wrong(r#","apply_date":"2026-01-01","application_date":"2026-01-01""#),
            ["apply_date"]
        );
    }

    #[test]
    fn only_what_was_sent_is_decided() {
        let edit = parse(r#","location":null,"tags":["a","a"]"#).expect("fine");
        let mut application: JobApplication = serde_json::from_str(
            r#"{"id":"00000000-0000-0000-0000-000000000001","job_title":"a","company":"b","company_logo":null,
            "application_status":{"id":"00000000-0000-0000-0000-000000000001","value":"x","kind":"applied","position":0},
            "outcome":null,"is_rejected":false,"apply_date":"2026-01-01","source":"s","location":"Rome","url":null,
            "salary":null,"tags":[],"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","version":1}"#,
        )
        .expect("application");
        assert_eq!(edit.write(&mut application), ["location", "tags"]);
        assert_eq!(
            (application.location, application.tags),
            (None, vec!["a".to_owned()])
        );
        assert_eq!(application.job_title, "a");
    }
}
