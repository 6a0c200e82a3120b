//! Input of `GET /api/jobapps/get_jobapps`.

use super::{Outcome, fields};
use crate::{ApiError, FieldCode, FieldErrors, StageId, normalize, pagination};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Sort order of the list. Dates are sorted newest first, companies A to Z; ties by id, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By apply date.
    #[default]
    ApplyDate,
    /// By last change.
    UpdatedAt,
    /// By company name.
    Company,
}

/// Query of `GET /api/jobapps/get_jobapps`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListApplicationsInput {
    /// Only applications in this stage.
    #[serde(default)]
    pub status_id: Option<StageId>,
    /// Part of the title or company; ignores case and accents.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub q: Option<String>,
    /// Exactly this source.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub source: Option<String>,
    /// Only applications with this outcome.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Applied on or after this date.
    #[serde(default)]
    pub applied_from: Option<NaiveDate>,
    /// Applied on or before this date.
    #[serde(default)]
    pub applied_to: Option<NaiveDate>,
    /// Only applications that are quiet, or only the others.
    #[serde(default)]
    pub quiet: Option<bool>,
    /// Sort order.
    #[serde(default)]
    pub sort: Option<Sort>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// Validated filters of the list. A cursor is valid only with the filters it was created for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationFilter {
    /// Only applications in this stage.
    pub status_id: Option<StageId>,
    /// Part of the title or company.
    pub q: Option<String>,
    /// Exactly this source.
    pub source: Option<String>,
    /// Only applications with this outcome.
    pub outcome: Option<Outcome>,
    /// Applied on or after this date.
    pub applied_from: Option<NaiveDate>,
    /// Applied on or before this date.
    pub applied_to: Option<NaiveDate>,
    /// Only applications that are quiet, or only the others.
    pub quiet: Option<bool>,
    /// Sort order.
    pub sort: Sort,
}

impl ListApplicationsInput {
    /// The validated filters and the page size.
    pub fn parse(&self) -> Result<(ApplicationFilter, u32), ApiError> {
        let mut errors = FieldErrors::default();
        let q = errors.check("q", normalize::optional_line(self.q.as_deref(), 200));
        let source = errors.check("source", normalize::optional_line(self.source.as_deref(), 200));
        let applied_from = errors.check("applied_from", fields::date_bound(self.applied_from));
        let applied_to = errors.check("applied_to", fields::date_bound(self.applied_to));
        let limit = self.limit.unwrap_or(pagination::DEFAULT_LIMIT);
        if !(1..=pagination::MAX_LIMIT).contains(&limit) {
            errors.add(
                "limit",
                FieldCode::OutOfRange,
                format!("Use 1 to {}.", pagination::MAX_LIMIT),
            );
        }
        errors.into_result()?;
        let filter = ApplicationFilter {
            status_id: self.status_id,
            q: q.flatten(),
            source: source.flatten(),
            outcome: self.outcome,
            applied_from: applied_from.flatten(),
            applied_to: applied_to.flatten(),
            quiet: self.quiet,
            sort: self.sort.unwrap_or_default(),
        };
        Ok((filter, limit))
    }
}
