//! Copying applications from one workspace of a user to another.

use crate::{ApiError, FieldCode, FieldErrors, JobApplicationId, TenantId, jobapps::MAX_BULK_APPLICATIONS};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Body of `POST /api/transfers/copy_jobapps`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CopyApplicationsInput {
    /// The workspace to copy them to, of which the caller is a member.
    pub target_tenant_id: TenantId,
    /// The applications, 1 to 500. Absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub jobapp_ids: Option<Vec<JobApplicationId>>,
}

/// Which applications to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All that are not in the trash.
    All,
    /// All without an outcome.
    Open,
    /// The applications with these ids.
    Ids(BTreeSet<JobApplicationId>),
}

/// The results for the applications to copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CopiedApplications {
    /// How many were copied.
    pub copied: u32,
    /// How many were in the other workspace already.
    pub already_there: u32,
}

impl CopyApplicationsInput {
    /// Validates the input.
    ///
    /// # Errors
    /// `invalid` without an application, or with more than 500.
    pub fn parse(self) -> Result<(TenantId, Selection), ApiError> {
        let mut errors = FieldErrors::default();
        let selection = match self.jobapp_ids {
            None => Selection::All,
            Some(ids) => {
                if !(1..=MAX_BULK_APPLICATIONS).contains(&ids.len()) {
                    let detail = format!("Choose 1 to {MAX_BULK_APPLICATIONS} applications.");
                    errors.add("jobapp_ids", FieldCode::OutOfRange, detail);
                }
                Selection::Ids(ids.into_iter().collect())
            }
        };
        errors.into_result()?;
        Ok((self.target_tenant_id, selection))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn input(ids: Option<Vec<u128>>) -> CopyApplicationsInput {
        CopyApplicationsInput {
            target_tenant_id: TenantId(Uuid::from_u128(1)),
            jobapp_ids: ids.map(|ids| {
                ids.into_iter()
                    .map(|id| JobApplicationId(Uuid::from_u128(id)))
                    .collect()
            }),
        }
    }

    #[test]
    fn repeated_ids_count_once_and_none_is_invalid() {
        let (_, selection) = input(Some(vec![2, 3, 2])).parse().expect("valid");
        assert!(matches!(selection, Selection::Ids(ids) if ids.len() == 2));
        assert_eq!(input(None).parse().expect("valid").1, Selection::All);
        for ids in [vec![], vec![7; MAX_BULK_APPLICATIONS + 1]] {
            let error = input(Some(ids)).parse().expect_err("invalid");
            assert!(error.for_field("jobapp_ids").is_some());
        }
    }
}
