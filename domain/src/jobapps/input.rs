//! What callers send about applications, and the same after checking.

use super::{Change, Outcome, Salary, SalaryInput};
use crate::{ApiError, FieldCode, FieldErrors, JobApplicationId, StageId, page, text};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// Body of `POST /api/jobapps/add_jobapp`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddJobappInput {
    /// 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub job_title: String,
    /// 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub company: String,
    /// The day of applying; today in the person's zone when absent.
    #[serde(default)]
    pub application_date: Option<NaiveDate>,
    /// The name that answers use for it; taken here as well.
    #[serde(default)]
    pub apply_date: Option<NaiveDate>,
    /// The stage to start in; the first of kind `applied` when absent.
    #[serde(default)]
    pub status_id: Option<StageId>,
    /// Up to 200 characters; `Manual` when absent.
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
    /// What it pays.
    #[serde(default)]
    pub salary: Option<SalaryInput>,
    /// Up to 20, each of 1 to 40 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub tags: Option<Vec<String>>,
}

/// An [`AddJobappInput`] that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJobapp {
    /// What the job is called.
    pub job_title: String,
    /// Who offers it.
    pub company: String,
    /// The day of applying.
    pub apply_date: Option<NaiveDate>,
    /// The stage to start in.
    pub status_id: Option<StageId>,
    /// Where it was found.
    pub source: String,
    /// Where the job is.
    pub location: Option<String>,
    /// Address of the posting.
    pub url: Option<String>,
    /// What it pays.
    pub salary: Option<Salary>,
    /// The person's own words for it.
    pub tags: Vec<String>,
}

impl AddJobappInput {
    /// Checks every field and reports all that is wrong at once.
    pub fn parse(self) -> Result<NewJobapp, ApiError> {
        let mut errors = FieldErrors::default();
        let job_title = errors.take("job_title", text::line(&self.job_title, 1, 200));
        let company = errors.take("company", text::line(&self.company, 1, 200));
        let source = errors.take("source", text::optional_line(self.source.as_deref(), 200));
        let location = errors.take("location", text::optional_line(self.location.as_deref(), 200));
        let url = errors.take("url", posting_url(self.url.as_deref()));
        let tags = errors.take("tags", tags(self.tags.unwrap_or_default()));
        let salary = self.salary.map(|s| s.parse(&mut errors));
        let apply_date = apply_date(self.application_date, self.apply_date, &mut errors);
        let new = (|| {
            Some(NewJobapp {
                job_title: job_title?,
                company: company?,
                apply_date,
                status_id: self.status_id,
                source: source?.unwrap_or_else(|| super::edit::NO_SOURCE.into()),
                location: location?,
                url: url?,
                salary: salary.flatten(),
                tags: tags?,
            })
        })();
        errors.finish()?;
        new.ok_or_else(ApiError::not_found)
    }
}

/// The day of applying under either of its names; what is wrong goes into `errors`.
pub(super) fn apply_date(
    application_date: Option<NaiveDate>,
    apply_date: Option<NaiveDate>,
    errors: &mut FieldErrors,
) -> Option<NaiveDate> {
    if application_date.is_some() && apply_date.is_some() {
        errors.add(
            "apply_date",
            FieldCode::Contradicts,
            "Send application_date or apply_date, not both.",
        );
    }
    let day = application_date.or(apply_date);
    if day.is_some_and(|d| !sensible_date(d)) {
        let field = if application_date.is_some() {
            "application_date"
        } else {
            "apply_date"
        };
        errors.add(
            field,
            FieldCode::OutOfRange,
            "Use a day between 1970-01-01 and 2099-12-31.",
        );
    }
    day
}

fn sensible_date(date: NaiveDate) -> bool {
    use chrono::Datelike as _;
    (1970..=2099).contains(&date.year())
}

pub(super) fn posting_url(value: Option<&str>) -> Result<Option<String>, text::TextError> {
    let Some(value) = text::optional_line(value, 2000)? else {
        return Ok(None);
    };
    let lower = value.to_ascii_lowercase();
    let host = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let ok =
        host.is_some_and(|h| h.chars().next().is_some_and(char::is_alphanumeric)) && !value.contains(' ');
    if ok {
        Ok(Some(value))
    } else {
        Err((
            FieldCode::InvalidFormat,
            "Use an address that starts with http:// or https://.".into(),
        ))
    }
}

pub(super) fn tags(values: Vec<String>) -> Result<Vec<String>, text::TextError> {
    if values.len() > 20 {
        return Err((FieldCode::TooLong, "Use at most 20 tags.".into()));
    }
    let mut tags: Vec<String> = Vec::new();
    for value in values {
        let tag = text::line(&value, 1, 40)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Body of `POST /api/jobapps/update_jobapp`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateJobappInput {
    /// Which.
    pub jobapp_id: JobApplicationId,
    /// The stage to be in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_id: Option<StageId>,
    /// Short for the outcome `rejected`, or for clearing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<bool>,
    /// The outcome to have; `null` opens the application again.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Outcome>))]
    pub outcome: Option<Option<Outcome>>,
    /// When it happened; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<DateTime<Utc>>,
    /// The version that the caller read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
}

/// Tells `null` from absent.
#[expect(clippy::option_option, reason = "null and absent mean different things here")]
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// An [`UpdateJobappInput`] that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateJobapp {
    /// Which.
    pub jobapp_id: JobApplicationId,
    /// The stage to be in.
    pub status_id: Option<StageId>,
    /// `rejected` as it was sent: `false` clears only a rejection.
    rejected: Option<bool>,
    #[expect(clippy::option_option, reason = "null and absent mean different things here")]
    outcome: Option<Option<Outcome>>,
    /// When it happened.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The version that the caller read.
    pub version: Option<i32>,
}

impl UpdateJobappInput {
    /// A wish that changes nothing but the stage.
    pub fn to_stage(jobapp_id: JobApplicationId, status_id: StageId) -> Self {
        Self {
            jobapp_id,
            status_id: Some(status_id),
            rejected: None,
            outcome: None,
            occurred_at: None,
            version: None,
        }
    }

    /// Checks that something is asked for, without contradiction, and not in the future.
    pub fn parse(self, now: DateTime<Utc>) -> Result<UpdateJobapp, ApiError> {
        let mut errors = FieldErrors::default();
        if self.status_id.is_none() && self.rejected.is_none() && self.outcome.is_none() {
            let detail = "Send at least one of status_id, rejected and outcome.";
            errors.add("status_id", FieldCode::Required, detail);
        }
        let contradicts = match (self.rejected, self.outcome) {
            (Some(true), Some(outcome)) => outcome != Some(Outcome::Rejected),
            (Some(false), Some(outcome)) => outcome == Some(Outcome::Rejected),
            _ => false,
        };
        if contradicts {
            errors.add(
                "rejected",
                FieldCode::Contradicts,
                "rejected and outcome say different things.",
            );
        }
        if self
            .occurred_at
            .is_some_and(|at| at > now + chrono::TimeDelta::minutes(5))
        {
            errors.add(
                "occurred_at",
                FieldCode::OutOfRange,
                "This lies in the future. Use the time when it happened.",
            );
        }
        if self.occurred_at.is_some_and(|at| !sensible_date(at.date_naive())) {
            errors.add("occurred_at", FieldCode::OutOfRange, "Use a time after 1970.");
        }
        errors.finish()?;
        Ok(UpdateJobapp {
            jobapp_id: self.jobapp_id,
            status_id: self.status_id,
            rejected: self.rejected,
            outcome: self.outcome,
            occurred_at: self.occurred_at,
            version: self.version,
        })
    }
}

impl UpdateJobapp {
    /// What is wished of an application whose outcome is `now`.
    pub fn change(&self, now: Option<Outcome>) -> Change {
        let outcome = match (self.outcome, self.rejected) {
            (Some(outcome), _) => Some(outcome),
            (None, Some(true)) => Some(Some(Outcome::Rejected)),
            (None, Some(false)) if now == Some(Outcome::Rejected) => Some(None),
            (None, _) => None,
        };
        Change {
            stage: self.status_id,
            outcome,
        }
    }
}

/// What a list is ordered by. Dates newest first, companies A to Z; ties by id, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The day of applying.
    #[default]
    ApplyDate,
    /// The last change.
    UpdatedAt,
    /// The company's name.
    Company,
}

/// Query of `GET /api/jobapps/get_jobapps`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListJobappsInput {
    /// Only in this stage.
    #[serde(default)]
    pub status_id: Option<StageId>,
    /// Part of title or company, without case or accents.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub q: Option<String>,
    /// Exactly this source.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub source: Option<String>,
    /// Only with this outcome.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Applied on this day or later.
    #[serde(default)]
    pub applied_from: Option<NaiveDate>,
    /// Applied on this day or earlier.
    #[serde(default)]
    pub applied_to: Option<NaiveDate>,
    /// The order.
    #[serde(default)]
    pub sort: Option<Sort>,
    /// From the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; 100 when absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// The filters of a list, checked. The cursor holds only for the same ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobappFilter {
    /// Only in this stage.
    pub status_id: Option<StageId>,
    /// Part of title or company.
    pub q: Option<String>,
    /// Exactly this source.
    pub source: Option<String>,
    /// Only with this outcome.
    pub outcome: Option<Outcome>,
    /// Applied on this day or later.
    pub applied_from: Option<NaiveDate>,
    /// Applied on this day or earlier.
    pub applied_to: Option<NaiveDate>,
    /// The order.
    pub sort: Sort,
}

impl ListJobappsInput {
    /// The filter and the rows of a page.
    pub fn parse(&self) -> Result<(JobappFilter, u32), ApiError> {
        let mut errors = FieldErrors::default();
        let q = errors.take("q", text::optional_line(self.q.as_deref(), 200));
        let source = errors.take("source", text::optional_line(self.source.as_deref(), 200));
        let limit = self.limit.unwrap_or(page::DEFAULT_LIMIT);
        if !(1..=page::MAX_LIMIT).contains(&limit) {
            errors.add(
                "limit",
                FieldCode::OutOfRange,
                format!("Use 1 to {}.", page::MAX_LIMIT),
            );
        }
        errors.finish()?;
        let filter = JobappFilter {
            status_id: self.status_id,
            q: q.flatten(),
            source: source.flatten(),
            outcome: self.outcome,
            applied_from: self.applied_from,
            applied_to: self.applied_to,
            sort: self.sort.unwrap_or_default(),
        };
        Ok((filter, limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(json: &str) -> Result<UpdateJobapp, ApiError> {
        let body = format!(r#"{{"jobapp_id":"00000000-0000-0000-0000-000000000001"{json}}}"#);
        serde_json::from_str::<UpdateJobappInput>(&body)
            .expect("shape")
            .parse(DateTime::UNIX_EPOCH)
    }

    #[test]
    fn null_outcome_is_not_the_same_as_none() {
        assert!(update("").is_err());
        assert_eq!(
            update(r#","outcome":null"#)
                .expect("clears")
                .change(Some(Outcome::Ghosted))
                .outcome,
            Some(None)
        );
    }

    #[test]
    fn rejected_false_clears_only_a_rejection() {
        let wish = update(r#","rejected":false"#).expect("fine");
        assert_eq!(wish.change(Some(Outcome::Rejected)).outcome, Some(None));
        assert_eq!(wish.change(Some(Outcome::Withdrawn)).outcome, None);
        assert_eq!(
            update(r#","rejected":true,"outcome":"ghosted""#)
                .unwrap_err()
                .errors[0]
                .code,
            FieldCode::Contradicts
        );
        assert!(update(r#","rejected":true,"outcome":"rejected""#).is_ok());
    }

    #[test]
    fn reports_everything_that_is_wrong_at_once() {
        let input: AddJobappInput = serde_json::from_str(
            r#"{"job_title":" ","company":"","url":"javascript:alert(1)","application_date":"2024-01-01","apply_date":"2024-01-01",
                "salary":{"min":5,"max":1,"currency":"XXX","period":"year"}}"#,
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
                "apply_date"
            ]
        );
    }
}
