//! Sessions of a user.

use crate::{SessionId, pagination::Pagination};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a session is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// Browser, by session cookie.
    Web,
    /// API client, by tokens.
    Api,
}

impl SessionKind {
    /// Parses the database value.
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "web" => Some(Self::Web),
            "api" => Some(Self::Api),
            _ => None,
        }
    }
}

/// An active session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Id of the session. It cannot be used to authenticate.
    pub id: SessionId,
    /// Browser or API client.
    pub kind: SessionKind,
    /// `User-Agent` header at sign-in.
    pub agent: Option<String>,
    /// Time of the sign-in.
    pub created_at: DateTime<Utc>,
    /// Time of the last request, accurate to about ten minutes.
    pub last_seen_at: DateTime<Utc>,
    /// Whether this is the session that makes the request.
    pub current: bool,
}

/// Sessions, the first ones or a page. Keeps the name that its schema had before there were pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Envelope_Vec_Session))]
pub struct SessionList {
    /// The most recently active first.
    pub data: Vec<Session>,
    /// The cursor of the next page; `null` if neither `limit` nor `cursor` was sent.
    pub pagination: Option<Pagination>,
    /// How many sessions there are, on all pages together.
    pub total: i64,
}

/// Body of `POST /api/users/revoke_session`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeSessionInput {
    /// Id of one of the caller's sessions.
    pub session_id: SessionId,
}
