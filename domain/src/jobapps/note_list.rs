//! Input of `GET /api/jobapps/get_notes`.

use crate::{ApiError, FieldErrors, normalize::time_bound};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Query of `GET /api/jobapps/get_notes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListNotesInput {
    /// Only notes that were added or changed at this time or later.
    #[serde(default)]
    pub updated_since: Option<DateTime<Utc>>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

impl ListNotesInput {
    /// Validates the time.
    ///
    /// # Errors
    /// `invalid` for a time that cannot be stored.
    pub fn parse(&self) -> Result<Option<DateTime<Utc>>, ApiError> {
        let mut errors = FieldErrors::default();
        let since = errors
            .check("updated_since", time_bound(self.updated_since))
            .flatten();
        errors.into_result()?;
        Ok(since)
    }
}
