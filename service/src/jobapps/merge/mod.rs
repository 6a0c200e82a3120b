//! Merging two applications that are duplicates, and undoing the merge.
//!
//! The other application becomes a part of the first: it is deleted and refers to it. Its notes, contacts,
//! interviews, tasks, files and messages move, and its posting if the first has none; its events stay with it,
//! and are read together with those of the first. So a merge can be undone exactly, and nothing is counted twice.

mod queries;
mod retract;
mod state;
mod undo;

pub(crate) use retract::retract_change;
pub use undo::undo_merge;
pub(crate) use undo::undo_merge_of_messages;

use super::{
    limits, postings,
    queries::{self as applications, EventRow},
    silence,
};
use crate::{
    Error, Services, contacts,
    context::{Caller, permit},
    interviews,
    platform::db::{CountedObject, TenantTx},
    tasks,
};
use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, JobApplicationId, MailMessageId,
    changes::ChangeType,
    jobapps::{
        JobApplication, MergeApplicationsInput, MergedApplications,
        state_machine::{Command, transition},
    },
    tenants::Action,
};
use queries::{LockedRow, MergeRow};
use state::{GroupEvent, group_state};

/// Merges `other_id` into `jobapp_id`. Afterwards, the first has the stage of the last move and the outcome of the last change of either.
///
/// # Errors
/// `invalid` if both are the same; `not_found` if the caller does not have one of them; `already_merged` if one of them is a part
/// of another application.
pub async fn merge(
    services: &Services,
    caller: &Caller,
    input: MergeApplicationsInput,
) -> Result<MergedApplications, Error> {
    let (first, other) = input.parse()?;
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    // Prevents messages from being matched in the meantime. As everywhere, this lock is taken before any row is locked.
    tx.lock_objects(CountedObject::Applications).await?;
    let rows = queries::lock(&mut tx, &[first, other]).await?;
    if rows.len() < 2 {
        return Err(Error::not_found());
    }
    if rows.iter().any(LockedRow::is_part) {
        return Err(Error::api(
            ErrorCode::AlreadyMerged,
            "One of these applications was merged into another one. Undo that merge first, or choose the application it became a part of.",
        ));
    }
    if rows.iter().any(|row| row.is_deleted) {
        return Err(Error::not_found());
    }
    let merge = MergeRow {
        id: services.id(),
        application_id: first,
        other_id: other,
        part_ids: queries::move_parts(&mut tx, other, first, None).await?,
        note_ids: queries::move_notes(&mut tx, other, first, None).await?,
        mail_ids: queries::move_messages(&mut tx, other, first, None).await?,
        interview_ids: interviews::move_to(&mut tx, other, first, None).await?,
        task_ids: tasks::move_to(&mut tx, other, first, None).await?,
        contact_link_ids: contacts::move_links(&mut tx, other, first, None).await?,
        posting_ids: postings::move_to(&mut tx, other, first, None).await?,
        file_ids: queries::move_files(&mut tx, other, first, None).await?,
    };
    queries::set_part(&mut tx, other, Some(first), now).await?;
    tx.record(ChangeType::JobappMerged, other, Some(first));
    applications::record_contacts(&mut tx, &[first, other]).await?;
    queries::insert_merge(&mut tx, &merge, now).await?;
    set_group_state(&mut tx, first, now).await?;
    let jobapp = find(&mut tx, first, now).await?;
    tx.commit().await?;
    Ok(MergedApplications {
        jobapp,
        merge_id: merge.id,
    })
}

/// Sets the state of a locked application to the state derived from its events and those of its parts.
async fn set_group_state(tx: &mut TenantTx, id: JobApplicationId, now: DateTime<Utc>) -> Result<(), Error> {
    let events = queries::list_group_events(tx, id).await?;
    let state = group_state(id, &events).ok_or_else(Error::not_found)?;
    queries::set_state(tx, id, state, now).await?;
    tx.record_application(ChangeType::JobappUpdated, id);
    Ok(())
}

async fn find(tx: &mut TenantTx, id: JobApplicationId, now: DateTime<Utc>) -> Result<JobApplication, Error> {
    let mut found = applications::find(tx, id).await?.ok_or_else(Error::not_found)?;
    silence::fill_in(tx, std::slice::from_mut(&mut found), now).await?;
    Ok(found)
}

/// Locks an application of the caller and returns its title and company.
pub(crate) async fn lock_names(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<(Option<String>, Option<String>), Error> {
    let locked = applications::lock(tx, id, None)
        .await?
        .ok_or_else(Error::not_found)?;
    Ok((locked.application.job_title, locked.application.company))
}

/// An application of the caller.
pub(crate) async fn find_with_silence(
    services: &Services,
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<JobApplication, Error> {
    find(tx, id, services.clock.now()).await
}

/// Undoes the changes of these messages and returns the application. If its state would be different without the messages, a new event
/// moves it there, and it counts as in that state since the time it would have been without the messages. With `may_retract`, the last
/// event is removed from the history instead, if it is the user's decision about these messages.
pub(crate) async fn undo_messages(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    id: JobApplicationId,
    messages: &[MailMessageId],
    may_retract: bool,
) -> Result<JobApplication, Error> {
    let now = services.clock.now();
    let events = queries::list_group_events(tx, id).await?;
    let is_kept =
        |event: &GroupEvent| event.from.is_none() || event.mail.is_none_or(|mail| !messages.contains(&mail));
    let kept: Vec<_> = events.iter().filter(|event| is_kept(event)).copied().collect();
    let states = group_state(id, &events).zip(group_state(id, &kept));
    if let Some((before, after)) = states {
        // The messages caused the last event of the history, and removing it is enough to undo them.
        let is_last_change = events.split_last().is_some_and(|(last, earlier)| {
            last.application == id && !is_kept(last) && group_state(id, earlier) == Some(after)
        });
        if may_retract && is_last_change && retract::retract_last(tx, id, before.state, after, now).await? {
            return find(tx, id, now).await;
        }
        let command = Command {
            stage: Some(after.state.stage),
            outcome: Some(after.state.outcome),
        };
        if let Some(event) = transition(before.state, command, now) {
            let row = EventRow::new(services, caller, id, event, now);
            let max_events = services.storage_limits.max_events_per_application;
            // The time in this state counts as if the messages had never arrived.
            if !applications::append_event(tx, &row, after.changed_at, max_events).await? {
                return Err(limits::full_history());
            }
        }
    }
    find(tx, id, now).await
}
