//! Interviews of applications.

mod invitations;
mod queries;

pub(crate) use invitations::{Invitation, update_from_events, update_from_messages};
pub(crate) use queries::{
    insert as insert_interview, list_by_ids, list_of_application, list_upcoming, move_to,
};

use crate::{
    Error, Services,
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::{CountedObject, TenantTx},
        normalize::nfc,
        storage_limits::{LimitScope, count, limit_error},
        time_zone::check_zone,
    },
};
use domain::{
    FieldErrors,
    interviews::{
        AddInterviewInput, Interview, InterviewDraft, InterviewRef, ListInterviewsInput, UpdateInterviewInput,
    },
    tenants::Action,
};

/// The caller's interviews in the order they begin, without those of deleted applications.
///
/// # Errors
/// `invalid` for a time out of range.
pub async fn list(
    services: &Services,
    caller: &Caller,
    input: ListInterviewsInput,
) -> Result<Vec<Interview>, Error> {
    let filter = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let interviews = queries::list(&mut tx, &filter).await?;
    tx.commit().await?;
    Ok(interviews)
}

/// Adds an interview. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the application is not visible to the caller; `conflict` if the application
/// or the user has the maximum number of interviews; errors of the idempotency key.
pub async fn add(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: AddInterviewInput,
) -> Result<Interview, Error> {
    input.place = input.place.as_deref().map(nfc);
    input.notes = input.notes.as_deref().map(nfc);
    let zone = input.time_zone.as_deref().map(check_zone);
    let mut errors = FieldErrors::default();
    let draft = input.parse(zone, &mut errors);
    errors.into_result()?;
    let draft = draft.ok_or_else(|| Error::Internal("interview is missing but has no errors".into()))?;
    let interview = new_interview(services, draft);
    let grant = permit(caller, Action::WriteApplications)?;
    let add = async |tx: &mut TenantTx| insert(services, tx, interview).await;
    idempotency::run(services, grant, request, add).await
}

fn new_interview(services: &Services, draft: InterviewDraft) -> Interview {
    let now = services.clock.now();
    Interview {
        id: services.id(),
        jobapp_id: draft.jobapp_id,
        kind: draft.kind,
        starts_at: draft.starts_at,
        ends_at: draft.ends_at,
        time_zone: draft.time_zone,
        place: draft.place,
        notes: draft.notes,
        mail_id: None,
        cancelled_at: None,
        created_at: now,
        updated_at: now,
    }
}

async fn insert(services: &Services, tx: &mut TenantTx, interview: Interview) -> Result<Interview, Error> {
    tx.lock_objects(CountedObject::Interviews).await?;
    if !queries::insert(tx, &interview).await? {
        return Err(Error::not_found());
    }
    let limits = services.storage_limits;
    let (of_application, of_user) = queries::count(tx, interview.jobapp_id).await?;
    let (scope, max) = if of_application > limits.max_interviews_per_application {
        (LimitScope::Application, limits.max_interviews_per_application)
    } else if of_user > limits.max_interviews {
        (LimitScope::User, limits.max_interviews)
    } else {
        return Ok(interview);
    };
    Err(limit_error(scope, &count(max, "interviews"), "Delete one first."))
}

/// Changes an interview. Emails no longer change it.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the interview or its application is not visible to the caller.
pub async fn update(
    services: &Services,
    caller: &Caller,
    mut input: UpdateInterviewInput,
) -> Result<Interview, Error> {
    let normalize = |text: Option<Option<String>>| text.map(|text| text.as_deref().map(nfc));
    input.place = normalize(input.place);
    input.notes = normalize(input.notes);
    let id = input.interview_id;
    let zone = input
        .time_zone
        .as_ref()
        .and_then(|zone| zone.as_deref())
        .map(check_zone);
    let update = input.parse(zone)?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let mut interview = queries::lock(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    if update.apply(&mut interview, services.clock.now())? {
        queries::update(&mut tx, &interview).await?;
    }
    tx.commit().await?;
    Ok(interview)
}

/// Permanently deletes an interview. No email creates it again.
///
/// # Errors
/// `not_found` if the interview or its application is not visible to the caller.
pub async fn delete(services: &Services, caller: &Caller, input: InterviewRef) -> Result<(), Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    if queries::lock(&mut tx, input.interview_id).await?.is_none() {
        return Err(Error::not_found());
    }
    queries::delete(&mut tx, input.interview_id, services.clock.now()).await?;
    tx.commit().await
}
