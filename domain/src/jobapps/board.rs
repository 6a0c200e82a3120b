//! What the board shows.

use super::{Outcome, Status};
use crate::JobApplicationId;
use serde::{Deserialize, Serialize};

/// The applications of a person by stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// One for each stage, in order.
    pub columns: Vec<BoardColumn>,
}

/// One stage and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardColumn {
    /// The stage.
    pub status: Status,
    /// Without an outcome, most recently moved first; capped.
    pub open: Vec<BoardCard>,
    /// How many are open in all.
    pub open_count: i64,
    /// With an outcome, most recently closed first; capped.
    pub closed: Vec<BoardCard>,
    /// How many are closed, by outcome, zeros left out.
    pub closed_counts: Vec<(Outcome, i64)>,
}

/// One application in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardCard {
    /// Which.
    pub id: JobApplicationId,
    /// What the job is called.
    pub job_title: String,
    /// Who offers it.
    pub company: String,
    /// Where it was found.
    pub source: String,
    /// Where the job is.
    pub location: Option<String>,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
    /// Whole days since it came into this stage, or since it was closed.
    pub days: i64,
    /// For the next change.
    pub version: i32,
}

impl Board {
    /// Whether there is nothing at all yet.
    pub fn is_empty(&self) -> bool {
        self.columns
            .iter()
            .all(|c| c.open_count == 0 && c.closed_counts.is_empty())
    }
}
