//! Adding an application.

use super::{
    limits,
    queries::{self, ApplicationRow, EventRow, company_key, search_text},
};
use crate::{
    Error, Services,
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::TenantTx,
        normalize::nfc,
        time_zone::{midnight, today},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    ApiError, EventId, FieldCode, JobApplicationId,
    jobapps::{AddApplicationInput, JobApplication, NewApplication, Stage, StageKind},
    tenants::Action,
};

/// Adds an application and its first event. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` for a stage of another workspace; `conflict` if the user has the maximum
/// number of applications; errors of the idempotency key.
pub async fn add(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    input: AddApplicationInput,
) -> Result<JobApplication, Error> {
    let new = normalized(input).parse()?;
    let now = services.clock.now();
    let grant = permit(caller, Action::WriteApplications)?;
    let add = async |tx: &mut TenantTx| insert(services, caller, tx, new, now).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    new: NewApplication,
    now: DateTime<Utc>,
) -> Result<JobApplication, Error> {
    let stage = initial_stage(tx, &new).await?;
    limits::check_applications(services, tx).await?;
    let id: JobApplicationId = services.id();
    let event_id: EventId = services.id();
    let apply_date = new
        .apply_date
        .unwrap_or_else(|| today(now, &caller.user.time_zone));
    let occurred_at = midnight(apply_date, &caller.user.time_zone);
    let NewApplication {
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
        search_text: search_text(Some(&job_title), Some(&company)),
        match_key: company_key(Some(&company)),
        requisition: None,
        stage_id: stage.id,
        outcome: None,
        stage_changed_at: occurred_at,
        apply_date,
        user_edited_fields: queries::USER_EDITABLE_FIELDS
            .iter()
            .map(|f| (*f).to_owned())
            .collect(),
        created_at: now,
        updated_at: now,
        job_title: Some(job_title),
        company: Some(company),
        source,
        location,
        url,
        salary,
        tags,
    };
    queries::insert_applications(tx, std::slice::from_ref(&row)).await?;
    let event = EventRow {
        id: event_id,
        application_id: id,
        from_stage_id: None,
        to_stage_id: stage.id,
        previous_outcome: None,
        outcome: None,
        occurred_at,
        recorded_at: now,
        cause: caller.via,
        actor_id: Some(caller.user.id),
        mail_id: None,
    };
    queries::insert_events(tx, &[event]).await?;
    Ok(row.into_application(stage))
}

async fn initial_stage(tx: &mut TenantTx, new: &NewApplication) -> Result<Stage, Error> {
    let selector = match new.status_id {
        Some(id) => queries::StageSelector::Id(id),
        None => queries::StageSelector::FirstOf(new.stage_kind),
    };
    let stage = queries::find_stage(tx, selector).await?;
    stage.ok_or_else(|| match selector {
        queries::StageSelector::Id(_) | queries::StageSelector::FirstOf(StageKind::Applied) => {
            Error::not_found()
        }
        queries::StageSelector::FirstOf(_) => {
            let detail = "The workspace has no stage of this kind.";
            ApiError::field("stage_kind", FieldCode::NotAllowed, detail).into()
        }
    })
}

fn normalized(mut input: AddApplicationInput) -> AddApplicationInput {
    input.job_title = nfc(&input.job_title);
    input.company = nfc(&input.company);
    for field in [&mut input.source, &mut input.location, &mut input.url] {
        *field = field.as_deref().map(nfc);
    }
    input.tags = input.tags.map(|tags| tags.iter().map(|t| nfc(t)).collect());
    input
}
