//! Everything that the page of an application shows.

use super::queries;
use crate::{
    Error, Services,
    coaching::{self, begin_read},
    contacts::{self, ContactChoice},
    context::{Caller, permit},
    interviews,
    jobapps::{postings, queries as applications, silence},
    tasks,
};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId, MailMessageId,
    coaching::Comment,
    contacts::Contact,
    inbox::MailExplanation,
    interviews::Interview,
    jobapps::{ApplicationDetail, ApplicationQuery, ApplicationRef, Posting, Stage},
    tasks::Task,
    tenants::Action,
};
use std::collections::HashMap;

/// The start times of interviews, by the email that states them.
pub type Appointments = HashMap<MailMessageId, DateTime<Utc>>;

/// An application with all that its page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationOverview {
    /// The application with its events, notes and emails.
    pub detail: ApplicationDetail,
    /// The explanations of how its emails were classified.
    pub explanations: HashMap<MailMessageId, MailExplanation>,
    /// The start times of interviews that its emails state in their text, without a calendar file.
    pub appointments: Appointments,
    /// Its job posting.
    pub posting: Option<Posting>,
    /// Its contacts, by name.
    pub contacts: Vec<Contact>,
    /// The other contacts of the user, by name.
    pub contact_choices: Vec<ContactChoice>,
    /// Its interviews, in the order they begin.
    pub interviews: Vec<Interview>,
    /// Its tasks: open ones by their day, then those that are done.
    pub tasks: Vec<Task>,
    /// Comments on it, the oldest first.
    pub comments: Vec<Comment>,
    /// The stages of the workspace, by position.
    pub stages: Vec<Stage>,
    /// Its neighbors in its column of the board.
    pub neighbors: Neighbors,
    /// Whether an email changed it since the user last opened or changed it.
    pub is_unread: bool,
}

/// The position of an application among the open or the closed applications of its stage, in the order of the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbors {
    /// Its position, from 1.
    pub position: i64,
    /// Total number of these applications.
    pub total: i64,
    /// The application before it.
    pub previous: Option<JobApplicationId>,
    /// The application after it.
    pub next: Option<JobApplicationId>,
    /// The time of its last change of stage or outcome.
    pub stage_changed_at: Option<DateTime<Utc>>,
}

/// The application with all that its page shows.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn get_overview(
    services: &Services,
    caller: &Caller,
    application: impl Into<ApplicationQuery>,
) -> Result<ApplicationOverview, Error> {
    let ApplicationQuery { jobapp_id, owner_id } = application.into();
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, owner_id, Some(jobapp_id)).await?;
    let mut detail = queries::get_detail(&mut tx, jobapp_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let now = services.clock.now();
    silence::fill_in(&mut tx, std::slice::from_mut(&mut detail.jobapp), now).await?;
    let time_zone = &caller.user.time_zone;
    let (explanations, appointments) = queries::list_explanations(&mut tx, jobapp_id, time_zone).await?;
    let posting = postings::find_posting(&mut tx, jobapp_id).await?;
    let contacts = contacts::list_of_application(&mut tx, jobapp_id).await?;
    let contact_choices = contacts::list_choices(&mut tx, jobapp_id).await?;
    let interviews = interviews::list_of_application(&mut tx, jobapp_id).await?;
    let tasks = tasks::list_of_application(&mut tx, jobapp_id).await?;
    let comments = coaching::list_of_application(&mut tx, jobapp_id).await?;
    let stages = applications::list_stages(&mut tx).await?;
    let (neighbors, is_unread) = queries::find_neighbors(&mut tx, &detail.jobapp).await?;
    tx.commit().await?;
    Ok(ApplicationOverview {
        detail,
        explanations,
        appointments,
        posting,
        contacts,
        contact_choices,
        interviews,
        tasks,
        comments,
        stages,
        neighbors,
        is_unread,
    })
}

/// Records that the user has opened the application. This removes the unread mark from its card and the item about new comments from
/// Today.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn mark_as_seen(services: &Services, caller: &Caller, input: ApplicationRef) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let is_found = queries::mark_as_seen(&mut tx, input.jobapp_id, now).await?;
    tx.commit().await?;
    if is_found { Ok(()) } else { Err(Error::not_found()) }
}
