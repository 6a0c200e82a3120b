//! The board: applications by stage.

use super::{NextStep, Outcome, Stage};
use crate::JobApplicationId;
use serde::{Deserialize, Serialize};

/// Number of tags that a card shows.
pub const MAX_CARD_TAGS: usize = 2;

/// A user's applications by stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// One column per stage, in order.
    pub columns: Vec<BoardColumn>,
}

/// A stage with its applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardColumn {
    /// The stage.
    pub status: Stage,
    /// Open applications, most recently moved first; capped.
    pub open: Vec<BoardCard>,
    /// Total number of open applications.
    pub open_count: i64,
    /// Closed applications, most recently closed first; capped.
    pub closed: Vec<BoardCard>,
    /// Number of closed applications by outcome, without zeros.
    pub closed_counts: Vec<(Outcome, i64)>,
}

/// An application as shown on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardCard {
    /// Id of the application.
    pub id: JobApplicationId,
    /// Title of the job.
    pub job_title: Option<String>,
    /// Name of the employer.
    pub company: Option<String>,
    /// Where the job was found.
    pub source: String,
    /// Location of the job.
    pub location: Option<String>,
    /// The first tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Number of further tags.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_tags: usize,
    /// The next interview or task, while open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// The outcome; `None` while open.
    pub outcome: Option<Outcome>,
    /// Full days since the last stage or outcome change.
    pub days: i64,
    /// Days of silence, from two thirds of the threshold on.
    pub quiet_days: Option<i64>,
    /// Whether hiring is paused.
    pub on_hold: bool,
    /// Whether an email changed it since the user last opened or changed it.
    pub is_unread: bool,
    /// Version, to be sent with the next change.
    pub version: i32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
const fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl BoardCard {
    /// The name of the employer, or words that say it is unknown.
    pub fn company_label(&self) -> &str {
        super::company_label(self.company.as_deref())
    }
}

impl Board {
    /// Whether the board has no application at all.
    pub fn is_empty(&self) -> bool {
        self.columns
            .iter()
            .all(|c| c.open_count == 0 && c.closed_counts.is_empty())
    }
}
