//! Application events: the append-only history of an application.

use super::{Outcome, Stage};
use crate::{EventId, MailMessageId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The cause of an event.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EventSource {
    /// A user in the browser.
    User,
    /// An email that was read.
    Mail,
    /// A rule of the workspace.
    Rule,
    /// An API client.
    Api,
    /// An uploaded file.
    Import,
}

impl EventSource {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// Whether a user or the system acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A member of the workspace.
    User,
    /// JobHax itself.
    System,
}

/// Who caused an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    /// User or system.
    pub kind: ActorKind,
    /// The user, if a user acted.
    pub id: Option<UserId>,
    /// The user's display name.
    pub name: Option<String>,
}

/// An event in the history of an application. Events are never changed; only undoing the last one deletes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationEvent {
    /// Id of the event.
    pub id: EventId,
    /// The stage before; `null` for the creation of the application.
    pub from_status: Option<Stage>,
    /// The stage after.
    pub to_status: Stage,
    /// The outcome after.
    pub outcome: Option<Outcome>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When JobHax recorded it.
    pub recorded_at: DateTime<Utc>,
    /// The cause.
    pub cause: EventSource,
    /// Who caused it.
    pub actor: Actor,
    /// The email it was read from.
    pub mail_id: Option<MailMessageId>,
    /// After how many days of silence the application was closed, if the cause is `rule`.
    pub silence_days: Option<i32>,
}
