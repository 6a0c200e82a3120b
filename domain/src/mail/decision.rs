//! The decision about a message.

use serde::{Deserialize, Serialize};

/// The decision about a message.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MailDecision {
    /// Matched with an application without asking.
    Automatic,
    /// The user has to decide.
    Review,
    /// The user accepted the suggestion.
    Accepted,
    /// The user decided otherwise.
    Changed,
    /// The user said that it is not about an application.
    Dismissed,
    /// The user undid what it had changed.
    Undone,
    /// Not about an application.
    Ignored,
}

impl MailDecision {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}
