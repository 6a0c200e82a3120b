//! Stages and outcomes.

use crate::StageId;
use serde::{Deserialize, Serialize};

/// Meaning of a stage, independent of its name. Metrics use the kind, so that they survive renaming.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StageKind {
    /// Not applied yet.
    ToApply,
    /// Application sent.
    Applied,
    /// First conversation.
    Screening,
    /// On-site, panel and final interviews.
    Interview,
    /// An offer was made.
    Offer,
}

impl StageKind {
    /// All kinds, in the usual order.
    pub const ALL: [Self; 5] = [
        Self::ToApply,
        Self::Applied,
        Self::Screening,
        Self::Interview,
        Self::Offer,
    ];

    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Name of the stage of this kind in a new workspace.
    pub const fn default_name(self) -> &'static str {
        match self {
            Self::ToApply => "To Apply",
            Self::Applied => "Applied",
            Self::Screening => "Phone Screen",
            Self::Interview => "Onsite Interview",
            Self::Offer => "Offer",
        }
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// Outcome of a closed application.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The employer declined.
    Rejected,
    /// The user withdrew.
    Withdrawn,
    /// The employer never replied.
    Ghosted,
    /// The user accepted an offer.
    Accepted,
    /// The employer cancelled the job.
    Cancelled,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 5] = [
        Self::Rejected,
        Self::Withdrawn,
        Self::Ghosted,
        Self::Accepted,
        Self::Cancelled,
    ];

    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// The color of a stage, if it is not that of its kind.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StageColor {
    /// The stage of kind `to_apply`.
    Slate,
    /// The stage of kind `applied`.
    Blue,
    /// The stage of kind `screening`.
    Violet,
    /// The stage of kind `interview`.
    Amber,
    /// The stage of kind `offer`.
    Green,
    /// Red.
    Red,
    /// A reddish brown.
    Clay,
    /// Gray.
    Gray,
    /// A strong green.
    Emerald,
}

impl StageColor {
    /// All colors.
    pub const ALL: [Self; 9] = [
        Self::Slate,
        Self::Blue,
        Self::Violet,
        Self::Amber,
        Self::Green,
        Self::Red,
        Self::Clay,
        Self::Gray,
        Self::Emerald,
    ];

    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// The stage kind or outcome that has this color in the style sheet.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Slate => "to_apply",
            Self::Blue => "applied",
            Self::Violet => "screening",
            Self::Amber => "interview",
            Self::Green => "offer",
            Self::Red => "rejected",
            Self::Clay => "withdrawn",
            Self::Gray => "ghosted",
            Self::Emerald => "accepted",
        }
    }
}

/// A stage of a workspace; a column of its board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    /// Id of the stage.
    pub id: StageId,
    /// Name of the stage.
    pub value: String,
    /// Kind of the stage.
    pub kind: StageKind,
    /// Position on the board, from 0.
    pub position: i32,
    /// The color; `null` for that of the kind.
    #[serde(default)]
    pub color: Option<StageColor>,
}

impl Stage {
    /// The stage kind or outcome that has its color in the style sheet.
    pub fn color_kind(&self) -> &'static str {
        self.color.map_or_else(|| self.kind.as_str(), StageColor::kind)
    }
}
