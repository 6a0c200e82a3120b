//! Input of `GET /api/interviews/get_interviews`.

use super::plausible_time;
use crate::{ApiError, FieldErrors, JobApplicationId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Query of `GET /api/interviews/get_interviews`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListInterviewsInput {
    /// Only interviews of this application.
    #[serde(default)]
    pub jobapp_id: Option<JobApplicationId>,
    /// Only interviews that begin at this time or later.
    #[serde(default)]
    pub from: Option<DateTime<Utc>>,
    /// Only interviews that begin before this time.
    #[serde(default)]
    pub to: Option<DateTime<Utc>>,
}

/// A validated [`ListInterviewsInput`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InterviewFilter {
    /// Only interviews of this application.
    pub jobapp_id: Option<JobApplicationId>,
    /// Begins at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Begins before this time.
    pub to: Option<DateTime<Utc>>,
}

impl ListInterviewsInput {
    /// Validates the times.
    ///
    /// # Errors
    /// `invalid` for times before 1970 or after 2099.
    pub fn parse(self) -> Result<InterviewFilter, ApiError> {
        let mut errors = FieldErrors::default();
        let from = self.from.and_then(|at| errors.check("from", plausible_time(at)));
        let to = self.to.and_then(|at| errors.check("to", plausible_time(at)));
        errors.into_result()?;
        Ok(InterviewFilter {
            jobapp_id: self.jobapp_id,
            from,
            to,
        })
    }
}
