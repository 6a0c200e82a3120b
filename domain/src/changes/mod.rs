//! The changes feed: what changed in a workspace, in the order of the commits.

mod change_type;
mod list;

pub use change_type::{ChangeType, ObjectKind};
pub use list::{ChangeFilter, ChangesStart, ListChangesInput, MAX_WAIT_SECONDS, parse_types};

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

/// For how many days changes are kept.
pub const RETENTION_DAYS: i64 = 30;

/// A committed change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Id of the change, the same each time it is read.
    pub id: Uuid,
    /// What happened to which kind of object.
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
    /// The object as it is when the change is read, which can be after later changes; `null` if it is gone.
    pub data: Option<ChangeData>,
}

/// An object that changed, as the lists return it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ChangeData {
    /// Of `jobapp.*`.
    JobApplication(Box<JobApplication>),
    /// Of `note.*`.
    Note(Note),
    /// Of `contact.*`.
    Contact(Box<Contact>),
    /// Of `interview.*`.
    Interview(Box<Interview>),
    /// Of `task.*`.
    Task(Box<Task>),
    /// Of `file.*`.
    File(File),
    /// Of `stage.*`.
    Stage(Stage),
}
