//! Tasks of users.

mod assign;
mod queries;

pub(crate) use queries::{
    insert as insert_task, list as list_tasks, list_by_ids, list_due, list_of_application, move_to,
};

use crate::{
    Error, Services,
    coaching::{self, begin_read, has_application},
    context::{Caller, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::{CountedObject, TenantTx},
        normalize::nfc,
        storage_limits::{LimitScope, count, limit_error},
        time_zone::today,
    },
};
use domain::{
    tasks::{AddTaskInput, ListTasksInput, Task, TaskRef, UpdateTaskInput},
    tenants::Action,
};

/// The tasks of the caller or of a client: open tasks by their day, tasks without a day last; then finished tasks, the latest first.
/// Tasks of deleted applications are left out.
///
/// # Errors
/// `not_found` if the owner has not granted the caller access.
pub async fn list(services: &Services, caller: &Caller, input: ListTasksInput) -> Result<Vec<Task>, Error> {
    let today = today(services.clock.now(), &caller.user.time_zone);
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, input.owner_id, input.jobapp_id).await?;
    let tasks = queries::list(&mut tx, &input, today).await?;
    tx.commit().await?;
    Ok(tasks)
}

/// Adds a task for the caller, or assigns it to a client. With an idempotency key, a repeated request returns the stored response.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the application is not visible to the caller, or the client has granted the caller
/// no access; `forbidden` if the client has granted only read access; `conflict` if the application or the user has the maximum number of
/// tasks; errors of the idempotency key.
pub async fn add(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: AddTaskInput,
) -> Result<Task, Error> {
    input.title = nfc(&input.title);
    let client = input.owner_id.filter(|owner| *owner != caller.user.id);
    let draft = input.parse()?;
    let now = services.clock.now();
    let task = Task {
        id: services.id(),
        jobapp_id: draft.jobapp_id,
        kind: draft.kind,
        title: draft.title,
        due_on: draft.due_on,
        snoozed_until: None,
        done_at: None,
        assigned_by: client.map(|_| coaching::author(caller)),
        created_at: now,
        updated_at: now,
    };
    if let Some(client) = client {
        return assign::add(services, caller, client, request, task).await;
    }
    let grant = permit(caller, Action::WriteApplications)?;
    let add = async |tx: &mut TenantTx| insert(services, tx, task).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(services: &Services, tx: &mut TenantTx, task: Task) -> Result<Task, Error> {
    tx.lock_objects(CountedObject::Tasks).await?;
    require_application(tx, &task).await?;
    queries::insert(tx, &task).await?;
    check_limits(services, tx, &task).await?;
    Ok(task)
}

async fn require_application(tx: &mut TenantTx, task: &Task) -> Result<(), Error> {
    match task.jobapp_id {
        Some(id) if !has_application(tx, None, id).await? => Err(Error::not_found()),
        _ => Ok(()),
    }
}

async fn check_limits(services: &Services, tx: &mut TenantTx, task: &Task) -> Result<(), Error> {
    let limits = services.storage_limits;
    let (of_application, of_user) = queries::count(tx, task.jobapp_id).await?;
    let (scope, max) = if of_application > limits.max_tasks_per_application {
        (LimitScope::Application, limits.max_tasks_per_application)
    } else if of_user > limits.max_tasks {
        (LimitScope::User, limits.max_tasks)
    } else {
        return Ok(());
    };
    Err(limit_error(scope, &count(max, "tasks"), "Delete one first."))
}

/// Changes a task.
///
/// # Errors
/// `invalid` with every invalid field; `not_found` if the task, its application or its new application is not visible to the
/// caller; `conflict` as for [`add`].
pub async fn update(services: &Services, caller: &Caller, mut input: UpdateTaskInput) -> Result<Task, Error> {
    input.title = input.title.as_deref().map(nfc);
    let update = input.parse()?;
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    tx.lock_objects(CountedObject::Tasks).await?;
    let mut task = queries::lock(&mut tx, update.task_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let application = task.jobapp_id;
    if update.apply(&mut task, services.clock.now()) {
        if task.jobapp_id != application {
            require_application(&mut tx, &task).await?;
        }
        queries::update(&mut tx, &task).await?;
        if task.jobapp_id != application {
            check_limits(services, &mut tx, &task).await?;
        }
    }
    tx.commit().await?;
    Ok(task)
}

/// Permanently deletes a task of the caller, or an open task that the caller has assigned to a client.
///
/// # Errors
/// `not_found` if the task or its application is not visible to the caller; `conflict` if the client has done it; `forbidden` for
/// others when the role does not allow changes.
pub async fn delete(services: &Services, caller: &Caller, input: TaskRef) -> Result<(), Error> {
    if assign::withdraw(services, caller, input.task_id).await? {
        return Ok(());
    }
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    if queries::lock(&mut tx, input.task_id).await?.is_none() {
        return Err(Error::not_found());
    }
    queries::delete(&mut tx, input.task_id).await?;
    tx.commit().await
}
