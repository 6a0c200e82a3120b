//! Changing the stage and the outcome of an application, and undoing the change.

use super::{
    limits, merge,
    queries::{self, EventRow, LockedApplication},
    silence,
};
use crate::{
    Error, Services,
    context::{Caller, permit},
    platform::{db::StateChange, time_zone::midnight},
};
use domain::{
    ApiError, FieldCode,
    jobapps::{
        JobApplication, UpdateApplicationInput,
        state_machine::{State, transition},
    },
    tenants::Action,
};

/// Changes stage and outcome. A change to the current state has no effect and appends no event.
///
/// # Errors
/// `invalid` for an empty or contradictory change, or a time before the application; `not_found` if the caller has no such
/// application or stage;
/// `version_conflict` with the current application if it has changed since the caller read it; `conflict` if its history has the
/// maximum number of events.
pub async fn move_stage(
    services: &Services,
    caller: &Caller,
    input: UpdateApplicationInput,
) -> Result<JobApplication, Error> {
    change(services, caller, input, false).await
}

/// Undoes the last change of stage and outcome; `input` has the previous values. If the caller made that change and the state has
/// not changed since, the change is removed from the history. Otherwise a new change is appended.
///
/// # Errors
/// As [`move_stage`].
pub async fn undo_move(
    services: &Services,
    caller: &Caller,
    input: UpdateApplicationInput,
) -> Result<JobApplication, Error> {
    change(services, caller, input, true).await
}

async fn change(
    services: &Services,
    caller: &Caller,
    input: UpdateApplicationInput,
    is_undo: bool,
) -> Result<JobApplication, Error> {
    let now = services.clock.now();
    let update = input.parse(now)?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let LockedApplication {
        mut application,
        target,
    } = queries::lock(&mut tx, update.jobapp_id, update.status_id)
        .await?
        .ok_or_else(Error::not_found)?;
    if update.status_id.is_some() && target.is_none() {
        return Err(Error::not_found());
    }
    if update.version.is_some_and(|v| v != application.version) {
        silence::fill_in(&mut tx, std::slice::from_mut(&mut application), now).await?;
        return Err(super::version_conflict(&application));
    }
    let earliest = midnight(application.apply_date, &caller.user.time_zone);
    if update.occurred_at.is_some_and(|at| at < earliest) {
        let detail = "This is before the day you applied. Use a later time, or change that day first.";
        return Err(ApiError::field("occurred_at", FieldCode::OutOfRange, detail).into());
    }
    let state = State {
        stage: application.application_status.id,
        outcome: application.outcome,
    };
    let Some(event) = transition(
        state,
        update.command(application.outcome),
        update.occurred_at.unwrap_or(now),
    ) else {
        silence::fill_in(&mut tx, std::slice::from_mut(&mut application), now).await?;
        tx.commit().await?;
        return Ok(application);
    };
    if is_undo {
        let change = StateChange {
            from: event.to,
            to: state,
        };
        if merge::retract_change(&mut tx, application.id, application.updated_at, change, now).await? {
            let application = merge::find_with_silence(services, &mut tx, application.id).await?;
            tx.commit().await?;
            return Ok(application);
        }
    }
    let row = EventRow::new(services, caller, application.id, event, now);
    let max_events = services.storage_limits.max_events_per_application;
    if !queries::append_event(&mut tx, &row, row.occurred_at, max_events).await? {
        return Err(limits::full_history());
    }
    tx.commit().await?;
    application.application_status = target.unwrap_or(application.application_status);
    application.outcome = event.to.outcome;
    application.is_rejected = event.to.outcome == Some(domain::jobapps::Outcome::Rejected);
    application.updated_at = now;
    application.version += 1;
    Ok(application)
}
