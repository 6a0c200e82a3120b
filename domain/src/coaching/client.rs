//! Clients: the members whose applications a coach may see.

use super::{AccessScope, Person};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A member who has granted the caller access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Client {
    /// The member.
    pub user: Person,
    /// What the caller may do.
    pub scope: AccessScope,
    /// When the access ends; `null` if it is valid until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// The last change of an application or note; `null` if there is none.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// Full days since then.
    pub quiet_days: Option<i64>,
    /// Applications without an outcome.
    pub open_applications: i64,
    /// When the next interview begins.
    pub next_interview_at: Option<DateTime<Utc>>,
}
