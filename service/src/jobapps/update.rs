//! Moving an application, and saying how it ended.

use super::queries::{self, EventRow, Locked};
use crate::{
    Error, Services,
    tenants::{Caller, permit},
};
use domain::{
    jobapps::{JobApplication, Position, UpdateJobappInput, plan},
    tenants::Action,
};

/// Moves, closes or opens an application. What is so already changes nothing and makes no entry.
///
/// # Errors
/// `invalid` when nothing is asked or the wish contradicts itself; `not_found` for an application or stage that is not the
/// caller's; `version_conflict` with the present application when it changed since the caller read it.
pub async fn update(
    services: &Services,
    caller: &Caller,
    input: UpdateJobappInput,
) -> Result<JobApplication, Error> {
    let now = services.clock.now();
    let wish = input.parse(now)?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let Locked {
        mut application,
        target,
    } = queries::lock(&mut tx, wish.jobapp_id, wish.status_id)
        .await?
        .ok_or_else(Error::not_found)?;
    if wish.status_id.is_some() && target.is_none() {
        return Err(Error::not_found());
    }
    if wish.version.is_some_and(|v| v != application.version) {
        return Err(super::version_conflict(application));
    }
    let stands = Position {
        stage: application.application_status.id,
        outcome: application.outcome,
    };
    let Some(entry) = plan(
        stands,
        wish.change(application.outcome),
        wish.occurred_at.unwrap_or(now),
    ) else {
        tx.commit().await?;
        return Ok(application);
    };
    let event = EventRow {
        id: services.id(),
        application_id: application.id,
        from_stage_id: entry.from,
        to_stage_id: entry.to.stage,
        outcome: entry.to.outcome,
        occurred_at: entry.occurred_at,
        recorded_at: now,
        cause: caller.via,
        actor_id: Some(caller.user.id),
        mail_id: None,
    };
    queries::record(&mut tx, &event).await?;
    tx.commit().await?;
    application.application_status = target.unwrap_or(application.application_status);
    application.outcome = entry.to.outcome;
    application.is_rejected = entry.to.outcome == Some(domain::jobapps::Outcome::Rejected);
    application.updated_at = now;
    application.version += 1;
    Ok(application)
}
