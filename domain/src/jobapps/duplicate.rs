//! Pairs of applications that are probably duplicates.

use super::JobApplication;
use crate::{ApiError, FieldCode, JobApplicationId};
use serde::{Deserialize, Serialize};

/// Maximum number of pairs in one result.
pub const MAX_DUPLICATES: usize = 50;

/// Two applications that are probably one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duplicate {
    /// The one with the earlier date of application.
    pub jobapp: JobApplication,
    /// The other one.
    pub other: JobApplication,
    /// The values that both applications have in common.
    pub reason: DuplicateReason,
}

/// The values that two applications have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuplicateReason {
    /// The requisition number of the employer.
    Requisition,
    /// The link to the job.
    Link,
    /// The names of company and job, whatever their case and legal suffix.
    Names,
}

/// Body of `POST /api/jobapps/dismiss_duplicate`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DismissDuplicateInput {
    /// One of the applications.
    pub jobapp_id: JobApplicationId,
    /// The other one.
    pub other_id: JobApplicationId,
}

impl DismissDuplicateInput {
    /// Both ids, the smaller one first.
    ///
    /// # Errors
    /// `invalid` if they are the same.
    pub fn parse(self) -> Result<(JobApplicationId, JobApplicationId), ApiError> {
        if self.jobapp_id == self.other_id {
            let detail = "Choose two different applications.";
            return Err(ApiError::field("other_id", FieldCode::Conflicting, detail));
        }
        Ok((
            self.jobapp_id.min(self.other_id),
            self.jobapp_id.max(self.other_id),
        ))
    }
}
