//! Input of `POST /api/jobapps/add_jobapp`.

use super::{
    Salary, SalaryInput, StageKind,
    fields::{DEFAULT_SOURCE, apply_date, check_tags, web_url},
};
use crate::{ApiError, FieldCode, FieldErrors, StageId, normalize};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Body of `POST /api/jobapps/add_jobapp`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddApplicationInput {
    /// 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub job_title: String,
    /// 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub company: String,
    /// The date of the application; defaults to today in the user's time zone.
    #[serde(default)]
    pub application_date: Option<NaiveDate>,
    /// Alias of `application_date`, the name that responses use.
    #[serde(default)]
    pub apply_date: Option<NaiveDate>,
    /// The initial stage; defaults to the first stage of kind `applied`.
    #[serde(default)]
    pub status_id: Option<StageId>,
    /// Instead of `status_id`: the first stage of this kind.
    #[serde(default)]
    pub stage_kind: Option<StageKind>,
    /// Up to 200 characters; defaults to `Manual`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub source: Option<String>,
    /// Up to 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub location: Option<String>,
    /// http or https, up to 2000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(format = "uri", max_length = 2000))]
    pub url: Option<String>,
    /// The salary range.
    #[serde(default)]
    pub salary: Option<SalaryInput>,
    /// Up to 20, each of 1 to 40 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub tags: Option<Vec<String>>,
}

/// A validated [`AddApplicationInput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// Title of the job.
    pub job_title: String,
    /// Name of the employer.
    pub company: String,
    /// The date of the application; `None` means today in the user's time zone.
    pub apply_date: Option<NaiveDate>,
    /// The initial stage; `None` means the first of `stage_kind`.
    pub status_id: Option<StageId>,
    /// The kind of the initial stage.
    pub stage_kind: StageKind,
    /// Where the job was found.
    pub source: String,
    /// Location of the job.
    pub location: Option<String>,
    /// URL of the job posting.
    pub url: Option<String>,
    /// The salary range.
    pub salary: Option<Salary>,
    /// The user's tags.
    pub tags: Vec<String>,
}

impl AddApplicationInput {
    /// Validates every field and reports all errors together.
    pub fn parse(self) -> Result<NewApplication, ApiError> {
        let mut errors = FieldErrors::default();
        let job_title = errors.check("job_title", normalize::line(&self.job_title, 1, 200));
        let company = errors.check("company", normalize::line(&self.company, 1, 200));
        let source = errors.check("source", normalize::optional_line(self.source.as_deref(), 200));
        let location = errors.check(
            "location",
            normalize::optional_line(self.location.as_deref(), 200),
        );
        let url = errors.check("url", web_url(self.url.as_deref()));
        let tags = check_tags(&mut errors, "tags", self.tags.unwrap_or_default());
        let salary = self.salary.map(|s| s.parse(&mut errors));
        let apply_date = apply_date(self.application_date, self.apply_date, &mut errors);
        if self.status_id.is_some() && self.stage_kind.is_some() {
            errors.add(
                "stage_kind",
                FieldCode::Conflicting,
                "Send status_id or stage_kind, not both.",
            );
        }
        let new = (|| {
            Some(NewApplication {
                job_title: job_title?,
                company: company?,
                apply_date,
                status_id: self.status_id,
                stage_kind: self.stage_kind.unwrap_or(StageKind::Applied),
                source: source?.unwrap_or_else(|| DEFAULT_SOURCE.into()),
                location: location?,
                url: url?,
                salary: salary.flatten(),
                tags: tags?,
            })
        })();
        errors.into_result()?;
        new.ok_or_else(ApiError::not_found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn add_input_invalid_fields_are_all_reported() {
        let input: AddApplicationInput = serde_json::from_str(
            r#"{"job_title":" ","company":"","url":"javascript:alert(1)","application_date":"2024-01-01","apply_date":"2024-01-01",
                "status_id":"00000000-0000-0000-0000-000000000001","stage_kind":"offer","salary":{"min":5,"max":1,"currency":"XXX","period":"year"}}"#,
        )
        .expect("shape");
        let fields: Vec<_> = input
            .parse()
            .unwrap_err()
            .errors
            .into_iter()
            .map(|e| e.field)
            .collect();
        assert_eq!(
            fields,
            [
                "job_title",
                "company",
                "url",
                "salary.min",
                "salary.currency",
                "apply_date",
                "stage_kind"
            ]
        );
    }
}
