//! The log of who looked at a member's data.

use super::Person;
use crate::JobApplicationId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A view of the caller's data by another member: at most one for each application and hour, and one for lists and metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessLogEntry {
    /// Id of the entry.
    pub id: Uuid,
    /// Who looked.
    pub viewer: Person,
    /// The application; `null` for lists and metrics.
    pub jobapp_id: Option<JobApplicationId>,
    /// Its job title.
    pub job_title: Option<String>,
    /// Its company.
    pub company: Option<String>,
    /// When, the first time in this hour.
    pub viewed_at: DateTime<Utc>,
}

/// Query of `GET /api/coaching/get_access_log`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListAccessLogInput {
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}
