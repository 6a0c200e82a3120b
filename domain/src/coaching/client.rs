//! Clients: the members who have given a coach access to their applications.

use super::{AccessScope, Person};
use crate::{ApiError, pagination::Pagination, tenants::parse_search};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A member who has granted the caller access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Client {
    /// The member.
    pub user: Person,
    /// The access of the caller.
    pub scope: AccessScope,
    /// When the access ends; `null` if it is valid until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// The last change of an application or note; `null` without applications.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// Full days since then.
    pub quiet_days: Option<i64>,
    /// Applications without an outcome.
    pub open_applications: i64,
    /// When the next interview begins.
    pub next_interview_at: Option<DateTime<Utc>>,
}

/// Query of `GET /api/coaching/get_clients`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListClientsInput {
    /// A part of the name, or of an email address that the caller sees in the list of members.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub q: Option<String>,
    /// `pagination.next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500. Without it and `cursor`, the first 1,000 clients are on one page; with `cursor` alone it is 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

impl ListClientsInput {
    /// Validates every field, and trims them.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self) -> Result<Self, ApiError> {
        let q = parse_search(self.q.as_deref())?;
        Ok(Self { q, ..self })
    }
}

/// Clients, all or a page of them. Keeps the name that its schema had before there were pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Envelope_Vec_Client))]
pub struct ClientList {
    /// By name.
    pub data: Vec<Client>,
    /// The cursor of the next page; `null` if neither `limit` nor `cursor` was sent.
    pub pagination: Option<Pagination>,
    /// How many clients match the search, on all pages together.
    pub total: i64,
}
