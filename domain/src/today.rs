//! Everything that needs the attention of the user today.

use crate::{
    JobApplicationId, coaching::Person, interviews::Interview, jobapps::JobApplication, tasks::Task,
};
use serde::{Deserialize, Serialize};

/// How many days ahead an interview counts as upcoming.
pub const UPCOMING_DAYS: i64 = 14;

/// Comments and tasks of other people on an application since its owner last opened or changed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewComments {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// Who has commented.
    pub author: Person,
    /// How many comments.
    pub count: i64,
}

/// Everything that needs the attention of the user today.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Today {
    /// The interviews of today and the next 14 days that are not cancelled, in the order they begin; at most 50.
    pub interviews: Vec<Interview>,
    /// The open tasks that are due, the earliest first, then those without a day that have no application or that a coach assigned, then
    /// those that were done today; at most 100.
    pub tasks: Vec<Task>,
    /// Open applications that are quiet, the latest first; at most 20.
    pub quiet: Vec<JobApplication>,
    /// Comments of others since the user last opened or changed the application, the latest first; at most 20.
    pub comments: Vec<NewComments>,
    /// Number of emails that wait for a decision, at most 100.
    pub review_count: i64,
    /// Number of pending requests of coaches for access to the applications.
    pub access_request_count: i64,
    /// The applications of the interviews, tasks and comments.
    pub jobapps: Vec<JobApplication>,
}
