//! Applications: what they are, the stages they go through, and the ledger of what happened.

mod board;
mod edit;
mod history;
mod input;
mod ledger;
mod note;
mod salary;
mod stage;

pub use board::{Board, BoardCard, BoardColumn};
pub use edit::{EditJobapp, EditJobappInput};
pub use history::{Actor, ActorKind, Cause, HistoryEntry};
pub use input::{
    AddJobappInput, JobappFilter, ListJobappsInput, NewJobapp, Sort, UpdateJobapp, UpdateJobappInput,
};
pub use ledger::{Change, Position, Recorded, fold, plan};
pub use note::{AddNoteInput, JobappDetail, JobappRef, NOTE_MAX, Note, NoteRef, UpdateNoteInput, note_text};
pub use salary::{Salary, SalaryInput, SalaryPeriod};
pub use stage::{Outcome, StageKind, Status};

use crate::JobApplicationId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A tracked application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobApplication {
    /// Which.
    pub id: JobApplicationId,
    /// What the job is called.
    pub job_title: String,
    /// Who offers it.
    pub company: String,
    /// Address of a picture; nothing provides one yet.
    pub company_logo: Option<String>,
    /// The stage it is in.
    pub application_status: Status,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
    /// Whether the outcome is a rejection.
    pub is_rejected: bool,
    /// The day of applying, in the person's zone.
    pub apply_date: NaiveDate,
    /// Where it was found or sent from, such as `LinkedIn`.
    pub source: String,
    /// Where the job is.
    pub location: Option<String>,
    /// Address of the posting.
    pub url: Option<String>,
    /// What it pays.
    pub salary: Option<Salary>,
    /// The person's own words for it.
    pub tags: Vec<String>,
    /// When it was made here.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; send it back to be told of changes in between.
    pub version: i32,
}
