//! The ledger as callers see it.

use super::{Outcome, Status};
use crate::{EventId, MailMessageId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Why an entry stands in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A person on a page.
    User,
    /// A mail that was read.
    Mail,
    /// A rule of the workspace.
    Rule,
    /// A program through the API.
    Api,
    /// An uploaded file.
    Import,
}

impl Cause {
    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Mail => "mail",
            Self::Rule => "rule",
            Self::Api => "api",
            Self::Import => "import",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        [Self::User, Self::Mail, Self::Rule, Self::Api, Self::Import]
            .into_iter()
            .find(|c| c.as_str() == value)
    }
}

/// Whether a person or the system acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A member of the workspace.
    User,
    /// JobHax itself.
    System,
}

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    /// Person or system.
    pub kind: ActorKind,
    /// The person.
    pub id: Option<UserId>,
    /// What to call the person.
    pub name: Option<String>,
}

/// One entry of the ledger: nobody may change or delete it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// Which.
    pub id: EventId,
    /// The stage before; nothing at the creation.
    pub from_status: Option<Status>,
    /// The stage after.
    pub to_status: Status,
    /// The outcome after.
    pub outcome: Option<Outcome>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When JobHax learned of it.
    pub recorded_at: DateTime<Utc>,
    /// Why it stands here.
    pub cause: Cause,
    /// Who acted.
    pub actor: Actor,
    /// The mail that said so.
    pub mail_id: Option<MailMessageId>,
}
