//! Changing the stages of a workspace.

use super::queries;
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    jobapps::queries::{self as applications, EventRow},
    platform::{
        db::{AdvisoryLock, TenantTx},
        normalize::{fold, nfc},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    ApiError, ErrorCode, FieldCode, StageId,
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    jobapps::{
        AddStageInput, DeleteStageInput, OrderStagesInput, Stage, UpdateStageInput,
        custom_stage::{check_stages, index_of_new},
    },
    tenants::{Action, TenantKind},
};

/// Adds a stage after the others of its kind. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` for an invalid name; `forbidden` unless the caller manages the workspace; `conflict` if the name is taken or it has the
/// maximum number of stages; errors of the idempotency key.
pub async fn add_stage(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: AddStageInput,
) -> Result<Stage, Error> {
    input.name = nfc(&input.name);
    let input = input.parse()?;
    let grant = permit(caller, Action::ManageWorkspace)?;
    let add = async |tx: &mut TenantTx| insert(services, caller, tx, input).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    input: AddStageInput,
) -> Result<Stage, Error> {
    let mut stages = lock_stages(tx).await?;
    check_name(&stages, &input.name, None)?;
    let index = index_of_new(&stages, input.kind);
    let last = stages.iter().map(|stage| stage.position).max();
    let new = Stage {
        id: services.id(),
        value: input.name,
        kind: input.kind,
        position: last.map_or(0, |position| position + 1),
        color: input.color,
    };
    stages.insert(index, new.clone());
    check_stages(&stages)?;
    queries::insert(tx, &new, services.clock.now()).await?;
    append_event(services, caller, tx, AuditAction::StageAdded, &new, None).await?;
    let stages = set_positions(tx, stages).await?;
    stages.into_iter().nth(index).ok_or_else(Error::not_found)
}

/// Changes name, kind or color of a stage.
///
/// # Errors
/// `invalid` without a change or for an invalid name; `forbidden` unless the caller manages the workspace; `not_found` if it has no
/// such stage; `conflict` if the name is taken or no other stage has the previous kind.
pub async fn update_stage(
    services: &Services,
    caller: &Caller,
    mut input: UpdateStageInput,
) -> Result<Stage, Error> {
    input.name = input.name.as_deref().map(nfc);
    let input = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::ManageWorkspace)?)
        .await?;
    let mut stages = lock_stages(&mut tx).await?;
    let id = input.status_id;
    let stage = stages.iter_mut().find(|stage| stage.id == id);
    let stage = stage.ok_or_else(Error::not_found)?;
    let previous = stage.clone();
    *stage = input.apply(previous.clone());
    let changed = stage.clone();
    if previous.value != changed.value {
        check_name(&stages, &changed.value, Some(id))?;
    }
    check_stages(&stages)?;
    queries::update(&mut tx, &changed).await?;
    if previous.value != changed.value {
        let (action, previous) = (AuditAction::StageRenamed, Some(previous.value));
        append_event(services, caller, &mut tx, action, &changed, previous).await?;
    }
    if previous.color != changed.color {
        let action = AuditAction::StageRecolored;
        append_event(services, caller, &mut tx, action, &changed, None).await?;
    }
    if previous.kind != changed.kind {
        let action = AuditAction::StageKindChanged;
        append_event(services, caller, &mut tx, action, &changed, None).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// Deletes a stage after moving the caller's applications to another stage of the same kind. Applications of other members stay, and
/// these members see the stage until they have moved them.
///
/// # Errors
/// `forbidden` unless the caller manages the workspace; `not_found` if it has no such stage; `invalid` if the target is not another
/// stage of the same kind; `conflict` if too few stages, or none of this kind, would be left.
pub async fn delete_stage(
    services: &Services,
    caller: &Caller,
    input: DeleteStageInput,
) -> Result<Vec<Stage>, Error> {
    let now = services.clock.now();
    let mut tx = services
        .db
        .begin(permit(caller, Action::ManageWorkspace)?)
        .await?;
    let mut stages = lock_stages(&mut tx).await?;
    let find = |id: StageId| {
        let index = stages.iter().position(|stage| stage.id == id);
        index.ok_or_else(Error::not_found)
    };
    let (index, target) = (find(input.status_id)?, find(input.move_to)?);
    let target = stages[target].clone();
    let deleted = stages.remove(index);
    check_stages(&stages)?;
    if target.id == deleted.id || target.kind != deleted.kind {
        let detail = "Choose another stage of the same kind.";
        return Err(ApiError::field("move_to", FieldCode::NotAllowed, detail).into());
    }
    move_applications(services, caller, &mut tx, deleted.id, target.id, now).await?;
    queries::delete(&mut tx, deleted.id, now).await?;
    append_event(
        services,
        caller,
        &mut tx,
        AuditAction::StageDeleted,
        &deleted,
        None,
    )
    .await?;
    let stages = set_positions(&mut tx, stages).await?;
    tx.commit().await?;
    Ok(stages)
}

/// Sets the order of the stages.
///
/// # Errors
/// `forbidden` unless the caller manages the workspace; `not_found` for an unknown stage; `invalid` unless each stage is there once.
pub async fn order_stages(
    services: &Services,
    caller: &Caller,
    input: OrderStagesInput,
) -> Result<Vec<Stage>, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ManageWorkspace)?)
        .await?;
    let stages = lock_stages(&mut tx).await?;
    let ordered = input.apply(&stages)?;
    let is_changed = ordered
        .iter()
        .map(|stage| stage.id)
        .ne(stages.iter().map(|stage| stage.id));
    if is_changed {
        let event = NewEvent::by(caller, AuditAction::StagesReordered)
            .about_object(AuditObjectKind::Tenant, caller.tenant.id.0);
        append_to_log(services, caller, &mut tx, &event).await?;
    }
    let stages = set_positions(&mut tx, ordered).await?;
    tx.commit().await?;
    Ok(stages)
}

/// Writes to the audit log if the workspace is an organization, whose members share the stages.
async fn append_to_log(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    event: &NewEvent,
) -> Result<(), Error> {
    if caller.tenant.kind != TenantKind::Organization {
        return Ok(());
    }
    audit::append(services, tx.conn(), event).await
}

/// Writes an event about a stage to the audit log.
async fn append_event(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    action: AuditAction,
    stage: &Stage,
    previous_name: Option<String>,
) -> Result<(), Error> {
    let event = NewEvent::by(caller, action)
        .about_object(AuditObjectKind::Stage, stage.id.0)
        .with(AuditDetails {
            name: Some(stage.value.clone()),
            previous_name,
            ..AuditDetails::default()
        });
    append_to_log(services, caller, tx, &event).await
}

/// Rejects a name that another stage has, ignoring case.
fn check_name(stages: &[Stage], name: &str, except: Option<StageId>) -> Result<(), Error> {
    let name = fold(name);
    let is_taken = |stage: &Stage| Some(stage.id) != except && fold(&stage.value) == name;
    if stages.iter().any(is_taken) {
        let detail = "Another stage has this name. Choose another one.";
        return Err(Error::api(ErrorCode::Conflict, detail));
    }
    Ok(())
}

/// Returns the stages. No other transaction can change them until the end of this one.
async fn lock_stages(tx: &mut TenantTx) -> Result<Vec<Stage>, Error> {
    let tenant = tx.tenant();
    tx.lock(AdvisoryLock::Stages(tenant)).await?;
    applications::list_stages(tx).await
}

/// Numbers the stages in this order.
async fn set_positions(tx: &mut TenantTx, stages: Vec<Stage>) -> Result<Vec<Stage>, Error> {
    let ordered: Vec<Stage> = (0..)
        .zip(stages)
        .map(|(position, stage)| Stage { position, ..stage })
        .collect();
    queries::set_positions(tx, &ordered).await?;
    Ok(ordered)
}

/// Moves the caller's applications, deleted ones too, with an event for each.
async fn move_applications(
    services: &Services,
    caller: &Caller,
    tx: &mut TenantTx,
    from: StageId,
    to: StageId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let moved = queries::move_applications(tx, from, to, now).await?;
    let events: Vec<EventRow> = moved
        .into_iter()
        .map(|(application_id, outcome)| EventRow {
            id: services.id(),
            application_id,
            from_stage_id: Some(from),
            to_stage_id: to,
            previous_outcome: outcome,
            outcome,
            occurred_at: now,
            recorded_at: now,
            cause: caller.via,
            actor_id: Some(caller.user.id),
            mail_id: None,
        })
        .collect();
    if events.is_empty() {
        return Ok(());
    }
    applications::insert_events(tx, &events).await
}
