//! Input of `GET /api/jobapps/get_jobapps`, and the filters that all lists of applications share.

use super::{Outcome, StageKind, fields};
use crate::{ApiError, FieldCode, FieldErrors, StageId, UserId, normalize, pagination};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Sort order of the list. Dates are sorted newest first, names A to Z; ties by id, newest first.
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
    /// By job title.
    JobTitle,
}

impl Sort {
    /// All orders.
    pub const ALL: [Self; 4] = [Self::ApplyDate, Self::UpdatedAt, Self::Company, Self::JobTitle];

    /// The name in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApplyDate => "apply_date",
            Self::UpdatedAt => "updated_at",
            Self::Company => "company",
            Self::JobTitle => "job_title",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == value)
    }
}

/// A sort order, and whether it is reversed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOrder {
    /// The sort key.
    pub sort: Sort,
    /// Whether the order is reversed, including the tie-break by id.
    pub reverse: bool,
}

/// Query of `GET /api/jobapps/get_jobapps`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListApplicationsInput {
    /// Only applications in this stage.
    #[serde(default)]
    pub status_id: Option<StageId>,
    /// Only applications in stages of this kind.
    #[serde(default)]
    pub stage_kind: Option<StageKind>,
    /// Part of the title or company; ignores case and accents.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub q: Option<String>,
    /// Exactly this source.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub source: Option<String>,
    /// Only applications with exactly this tag.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 40))]
    pub tag: Option<String>,
    /// Only applications with this outcome.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Only applications without an outcome, or only those with one.
    #[serde(default)]
    pub open: Option<bool>,
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
    /// Reverses the sort order.
    #[serde(default)]
    pub reverse: Option<bool>,
    /// The member whose applications are listed. Absent: the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

/// Query of `GET /api/jobapps/export_csv`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ExportApplicationsInput {
    /// Only applications in this stage.
    #[serde(default)]
    pub status_id: Option<StageId>,
    /// Only applications in stages of this kind.
    #[serde(default)]
    pub stage_kind: Option<StageKind>,
    /// Part of the title or company; ignores case and accents.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub q: Option<String>,
    /// Exactly this source.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub source: Option<String>,
    /// Only applications with exactly this tag.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 40))]
    pub tag: Option<String>,
    /// Only applications with this outcome.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Only applications without an outcome, or only those with one.
    #[serde(default)]
    pub open: Option<bool>,
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
    /// Reverses the sort order.
    #[serde(default)]
    pub reverse: Option<bool>,
    /// Whether each row has the history of the application.
    #[serde(default)]
    pub history: Option<bool>,
}

impl From<ExportApplicationsInput> for ListApplicationsInput {
    fn from(input: ExportApplicationsInput) -> Self {
        Self {
            status_id: input.status_id,
            stage_kind: input.stage_kind,
            q: input.q,
            source: input.source,
            tag: input.tag,
            outcome: input.outcome,
            open: input.open,
            applied_from: input.applied_from,
            applied_to: input.applied_to,
            quiet: input.quiet,
            sort: input.sort,
            reverse: input.reverse,
            owner_id: None,
            cursor: None,
            limit: Some(pagination::MAX_LIMIT),
        }
    }
}

/// Validated filters of the list. A cursor is valid only with the filters and the order it was created for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationFilter {
    /// Only applications in this stage.
    pub status_id: Option<StageId>,
    /// Only applications in stages of this kind.
    pub stage_kind: Option<StageKind>,
    /// Part of the title or company.
    pub q: Option<String>,
    /// Exactly this source.
    pub source: Option<String>,
    /// Exactly this tag.
    pub tag: Option<String>,
    /// Only applications with this outcome.
    pub outcome: Option<Outcome>,
    /// Only applications without an outcome, or only those with one.
    pub open: Option<bool>,
    /// Applied on or after this date.
    pub applied_from: Option<NaiveDate>,
    /// Applied on or before this date.
    pub applied_to: Option<NaiveDate>,
    /// Only applications that are quiet, or only the others.
    pub quiet: Option<bool>,
}

impl ApplicationFilter {
    /// Whether no filter is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ListApplicationsInput {
    /// The validated filters, the order and the page size.
    pub fn parse(&self) -> Result<(ApplicationFilter, ListOrder, u32), ApiError> {
        let mut errors = FieldErrors::default();
        let limit = self.limit.unwrap_or(pagination::DEFAULT_LIMIT);
        let filter = self.filter(&mut errors);
        if !(1..=pagination::MAX_LIMIT).contains(&limit) {
            errors.add(
                "limit",
                FieldCode::OutOfRange,
                format!("Use 1 to {}.", pagination::MAX_LIMIT),
            );
        }
        errors.into_result()?;
        let order = ListOrder {
            sort: self.sort.unwrap_or_default(),
            reverse: self.reverse.unwrap_or_default(),
        };
        Ok((filter, order, limit))
    }

    fn filter(&self, errors: &mut FieldErrors) -> ApplicationFilter {
        let q = errors.check("q", normalize::optional_line(self.q.as_deref(), 200));
        let source = errors.check("source", normalize::optional_line(self.source.as_deref(), 200));
        let tag = errors.check(
            "tag",
            normalize::optional_line(self.tag.as_deref(), fields::MAX_TAG_LEN),
        );
        let applied_from = errors.check("applied_from", fields::date_bound(self.applied_from));
        let applied_to = errors.check("applied_to", fields::date_bound(self.applied_to));
        ApplicationFilter {
            status_id: self.status_id,
            stage_kind: self.stage_kind,
            q: q.flatten(),
            source: source.flatten(),
            tag: tag.flatten(),
            outcome: self.outcome,
            open: self.open,
            applied_from: applied_from.flatten(),
            applied_to: applied_to.flatten(),
            quiet: self.quiet,
        }
    }
}
