//! Adding an application by hand or by a program.

use super::{
    match_key, midnight,
    queries::{self, ApplicationRow, EventRow},
    today,
};
use crate::{
    Error, Services,
    db::TenantTx,
    idempotency::{self, Attempt, Begun},
    tenants::{Caller, permit},
    text::{fold, nfc},
};
use chrono::{DateTime, Utc};
use domain::{
    EventId, JobApplicationId,
    jobapps::{AddJobappInput, JobApplication, NewJobapp},
    tenants::Action,
};

/// Adds the application and its first ledger entry.
///
/// # Errors
/// `invalid` names every wrong field; `not_found` for a stage that is not the workspace's.
pub async fn add(
    services: &Services,
    caller: &Caller,
    input: AddJobappInput,
) -> Result<JobApplication, Error> {
    add_once(services, caller, None, input).await
}

/// As [`add`], once for the key of the attempt.
///
/// # Errors
/// As [`add`], and those of the key.
pub async fn add_once(
    services: &Services,
    caller: &Caller,
    attempt: Option<&Attempt>,
    input: AddJobappInput,
) -> Result<JobApplication, Error> {
    let new = normalized(input).parse()?;
    let now = services.clock.now();
    let grant = permit(caller, Action::WriteApplications)?;
    let mut tx = match idempotency::begin(services, grant, attempt).await? {
        Begun::Now(tx) => tx,
        Begun::Before(made) => return Ok(made),
    };
    let added = insert(services, caller, &mut tx, new, now).await;
    tx.settle(added).await
}

async fn insert(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    new: NewJobapp,
    now: DateTime<Utc>,
) -> Result<JobApplication, Error> {
    let stage = queries::stage_or_applied(tx, new.status_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let id: JobApplicationId = services.id();
    let event: EventId = services.id();
    let apply_date = new
        .apply_date
        .unwrap_or_else(|| today(now, &caller.user.time_zone));
    let occurred_at = midnight(apply_date, &caller.user.time_zone);
    let NewJobapp {
        job_title,
        company,
        source,
        location,
        url,
        salary,
        tags,
        ..
    } = new;
    let row = ApplicationRow {
        id,
        search_text: fold(&format!("{job_title} {company}")),
        match_key: match_key(&company),
        requisition: None,
        stage_id: stage.id,
        outcome: None,
        moved_at: occurred_at,
        apply_date,
        edited: queries::EDITABLE.iter().map(|f| (*f).to_owned()).collect(),
        created_at: now,
        job_title,
        company,
        source,
        location,
        url,
        salary,
        tags,
    };
    queries::insert_applications(tx, std::slice::from_ref(&row)).await?;
    let entry = EventRow {
        id: event,
        application_id: id,
        from_stage_id: None,
        to_stage_id: stage.id,
        outcome: None,
        occurred_at,
        recorded_at: now,
        cause: caller.via,
        actor_id: Some(caller.user.id),
        mail_id: None,
    };
    queries::insert_events(tx, &[entry]).await?;
    Ok(row.into_application(stage))
}

fn normalized(mut input: AddJobappInput) -> AddJobappInput {
    input.job_title = nfc(&input.job_title);
    input.company = nfc(&input.company);
    for field in [&mut input.source, &mut input.location, &mut input.url] {
        *field = field.as_deref().map(nfc);
    }
    input.tags = input.tags.map(|tags| tags.iter().map(|t| nfc(t)).collect());
    input
}
