//! The state of an application before and after a change.

use crate::{
    StageId,
    jobapps::{Outcome, StageKind},
};
use serde::{Deserialize, Serialize};

/// The state of an application before and after a change, as it was when the change was committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Transition {
    /// The stage before the change.
    pub from_status: TransitionStage,
    /// The stage after the change; the same one if only the outcome changed.
    pub to_status: TransitionStage,
    /// The outcome before the change; `null` if the application was open.
    pub from_outcome: Option<Outcome>,
    /// The outcome after the change; `null` if the application is open.
    pub to_outcome: Option<Outcome>,
}

/// A stage as it was at the time of a transition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransitionStage {
    /// Id of the stage.
    pub id: StageId,
    /// Name that the stage had.
    pub value: String,
    /// Kind that the stage had.
    pub kind: StageKind,
}
