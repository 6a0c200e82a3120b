//! The changes feed: what changed in a workspace, in the order of the commits.

mod change_type;
mod list;
mod transition;

pub use change_type::{ChangeType, ObjectKind};
pub use list::{ChangesStart, ListChangesInput};
pub use transition::{Transition, TransitionStage};

use crate::{
    JobApplicationId, UserId,
    contacts::Contact,
    files::File,
    interviews::Interview,
    jobapps::{JobApplication, Note, Stage},
    tasks::Task,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A committed change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Id of the change, the same each time it is read.
    pub id: Uuid,
    /// The kind of object and of change.
    #[serde(rename = "type")]
    pub change_type: ChangeType,
    /// Id of the object that changed.
    pub object_id: Uuid,
    /// The application that the object belongs to; `null` if it belongs to none.
    pub jobapp_id: Option<JobApplicationId>,
    /// Whose data it is; `null` for what all members share.
    pub owner_id: Option<UserId>,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// The version of an application in `data`; `null` for other objects.
    pub version: Option<i32>,
    /// Stage and outcome before and after a change `jobapp.moved`, `jobapp.closed` or `jobapp.reopened`, as they were when it was
    /// committed; `null` for other types, and for changes that are older than this member.
    #[serde(default)]
    pub transition: Option<Transition>,
    /// The object as it is when the change is read, which can be after later changes; `null` if it is gone.
    pub data: Option<ChangeData>,
}

/// One page of the changes feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangesPage {
    /// The changes.
    pub data: Vec<Change>,
    /// Where the feed goes on.
    pub pagination: ChangesPagination,
}

/// Where the feed goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangesPagination {
    /// Opaque; send it unchanged with the same `types`. Never `null`, because the feed has no end: keep it after an empty page, too.
    pub next_cursor: String,
    /// The requested number of changes.
    pub limit: u32,
}

/// An object that changed, as the lists return it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ChangeData {
    /// The application of a change `jobapp.*`.
    JobApplication(Box<JobApplication>),
    /// The note of a change `note.*`.
    Note(Note),
    /// The contact of a change `contact.*`.
    Contact(Box<Contact>),
    /// The interview of a change `interview.*`.
    Interview(Box<Interview>),
    /// The task of a change `task.*`.
    Task(Box<Task>),
    /// The file of a change `file.*`.
    File(File),
    /// The stage of a change `stage.*`.
    Stage(Stage),
}
