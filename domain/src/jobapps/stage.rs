//! Stages and outcomes.

use crate::StageId;
use serde::{Deserialize, Serialize};

/// What a stage means, whatever its name. Metrics count by kind, so that they survive renaming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Found, not sent.
    ToApply,
    /// Sent.
    Applied,
    /// First talk.
    Screening,
    /// On site, panel, final rounds.
    Interview,
    /// An offer is on the table.
    Offer,
}

impl StageKind {
    /// In the order that an application goes through them.
    pub const ALL: [Self; 5] = [
        Self::ToApply,
        Self::Applied,
        Self::Screening,
        Self::Interview,
        Self::Offer,
    ];

    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToApply => "to_apply",
            Self::Applied => "applied",
            Self::Screening => "screening",
            Self::Interview => "interview",
            Self::Offer => "offer",
        }
    }

    /// The name of the stage of this kind that a new workspace starts with.
    pub const fn first_name(self) -> &'static str {
        match self {
            Self::ToApply => "To Apply",
            Self::Applied => "Applied",
            Self::Screening => "Phone Screen",
            Self::Interview => "Onsite Interview",
            Self::Offer => "Offer",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == value)
    }
}

/// How an application ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// They said no.
    Rejected,
    /// The person said no.
    Withdrawn,
    /// Nobody said anything.
    Ghosted,
    /// The person said yes to an offer.
    Accepted,
}

impl Outcome {
    /// All.
    pub const ALL: [Self; 4] = [Self::Rejected, Self::Withdrawn, Self::Ghosted, Self::Accepted];

    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Ghosted => "ghosted",
            Self::Accepted => "accepted",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == value)
    }
}

/// A stage of a workspace, a column of its board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// Which.
    pub id: StageId,
    /// Its name.
    pub value: String,
    /// What it means.
    pub kind: StageKind,
    /// Its place on the board, from 0.
    pub position: i32,
}
