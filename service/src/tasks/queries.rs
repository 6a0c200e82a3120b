//! SQL of tasks. Tasks of deleted applications are invisible.

use crate::{Error, coaching::missing_reference, platform::db::TenantTx};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    JobApplicationId, TaskId, UserId,
    changes::ChangeType,
    coaching::Person,
    tasks::{ListTasksInput, Task, TaskKind, TaskState},
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct TaskRow {
    id: Uuid,
    application_id: Option<Uuid>,
    kind: String,
    title: String,
    due_on: Option<NaiveDate>,
    snoozed_until: Option<NaiveDate>,
    done_at: Option<DateTime<Utc>>,
    assigned_by: Option<Uuid>,
    assigned_by_name: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<TaskRow> for Task {
    type Error = Error;

    fn try_from(row: TaskRow) -> Result<Self, Error> {
        let kind = TaskKind::parse(&row.kind).ok_or_else(|| Error::unknown_value("task kind"))?;
        Ok(Self {
            id: row.id.into(),
            jobapp_id: row.application_id.map(Into::into),
            kind,
            title: row.title,
            due_on: row.due_on,
            snoozed_until: row.snoozed_until,
            done_at: row.done_at,
            assigned_by: row.assigned_by.map(|id| Person {
                user_id: id.into(),
                name: row.assigned_by_name,
            }),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub(crate) async fn list(
    tx: &mut TenantTx,
    filter: &ListTasksInput,
    today: NaiveDate,
) -> Result<Vec<Task>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let is_done = filter.state.map(|state| state == TaskState::Done);
    let (from, until) = match filter.state {
        Some(TaskState::Today) => (Some(today), Some(today)),
        Some(TaskState::Overdue) => (None, today.pred_opt()),
        Some(TaskState::Open | TaskState::Done) | None => (None, None),
    };
    let rows = query_as!(
        TaskRow,
        r#"
        select t.id, t.application_id, t.kind, t.title, t.due_on, t.snoozed_until, t.done_at, t.assigned_by,
          t.assigned_by_name, t.created_at, t.updated_at
        from tasks t
        left join job_applications a on a.tenant_id = t.tenant_id and a.id = t.application_id
        where t.tenant_id = $1 and t.owner_id = $2 and a.deleted_at is null
          and ($3::boolean is null or (t.done_at is not null) = $3)
          and ($4::date is null or greatest(t.due_on, t.snoozed_until) >= $4)
          and ($5::date is null or greatest(t.due_on, t.snoozed_until) <= $5)
          and ($6::uuid is null or t.application_id = $6)
        order by t.done_at desc nulls first, greatest(t.due_on, t.snoozed_until), t.created_at, t.id
        "#,
        tenant.0,
        user.0,
        is_done,
        from,
        until,
        filter.jobapp_id.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Task::try_from).collect()
}

/// The open tasks up to this day, the earliest first; then tasks without a day that no application shows or that a coach assigned;
/// then tasks that were finished since.
pub(crate) async fn list_due(
    tx: &mut TenantTx,
    until: NaiveDate,
    done_since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Task>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        TaskRow,
        r#"
        select t.id, t.application_id, t.kind, t.title, t.due_on, t.snoozed_until, t.done_at, t.assigned_by,
          t.assigned_by_name, t.created_at, t.updated_at
        from tasks t
        left join job_applications a on a.tenant_id = t.tenant_id and a.id = t.application_id
        where t.tenant_id = $1 and t.owner_id = $2 and a.deleted_at is null
          and (t.done_at >= $4 or (t.done_at is null and (greatest(t.due_on, t.snoozed_until) <= $3
            or ((t.application_id is null or t.assigned_by is not null) and t.due_on is null and t.snoozed_until is null))))
        order by t.done_at desc nulls first, greatest(t.due_on, t.snoozed_until), t.created_at, t.id
        limit $5
        "#,
        tenant.0,
        user.0,
        until,
        done_since,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Task::try_from).collect()
}

/// The caller's tasks with these ids, in no particular order.
pub(crate) async fn list_by_ids(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Task>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        TaskRow,
        r#"
        select t.id, t.application_id, t.kind, t.title, t.due_on, t.snoozed_until, t.done_at, t.assigned_by,
          t.assigned_by_name, t.created_at, t.updated_at
        from tasks t
        left join job_applications a on a.tenant_id = t.tenant_id and a.id = t.application_id
        where t.tenant_id = $1 and t.owner_id is not distinct from $2 and t.id = any($3) and a.deleted_at is null
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Task::try_from).collect()
}

/// The tasks of an application, open ones first, by their day.
pub(crate) async fn list_of_application(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<Vec<Task>, Error> {
    let filter = ListTasksInput {
        state: None,
        jobapp_id: Some(application),
        owner_id: None,
    };
    list(tx, &filter, NaiveDate::MIN).await
}

pub(crate) async fn insert(tx: &mut TenantTx, task: &Task) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let assigned_by = task.assigned_by.as_ref();
    query!(
        r#"
        insert into tasks (tenant_id, owner_id, id, application_id, kind, title, due_on, created_at, updated_at, assigned_by,
          assigned_by_name)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
        "#,
        tenant.0,
        user.0,
        task.id.0,
        task.jobapp_id.map(|id| id.0),
        task.kind.as_str(),
        task.title,
        task.due_on,
        task.created_at,
        assigned_by.map(|person| person.user_id.0),
        assigned_by.map(Person::label),
    )
    .execute(tx.conn())
    .await
    .map_err(missing_reference)?;
    tx.record(ChangeType::TaskCreated, task.id, task.jobapp_id);
    Ok(())
}

/// Number of tasks of an application and of the user.
pub(super) async fn count(
    tx: &mut TenantTx,
    application: Option<JobApplicationId>,
) -> Result<(i64, i64), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select count(*) filter (where application_id = $3) as "of_application!", count(*) as "of_user!"
        from tasks where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
        application.map(|id| id.0),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.of_application, row.of_user))
}

/// Finds and locks a task of the caller.
pub(super) async fn lock(tx: &mut TenantTx, id: TaskId) -> Result<Option<Task>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        TaskRow,
        r#"
        select t.id, t.application_id, t.kind, t.title, t.due_on, t.snoozed_until, t.done_at, t.assigned_by,
          t.assigned_by_name, t.created_at, t.updated_at
        from tasks t
        left join job_applications a on a.tenant_id = t.tenant_id and a.id = t.application_id
        where t.tenant_id = $1 and t.owner_id is not distinct from $2 and t.id = $3 and a.deleted_at is null
        for update of t
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Task::try_from).transpose()
}

pub(super) async fn update(tx: &mut TenantTx, task: &Task) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update tasks
        set application_id = $4, kind = $5, title = $6, due_on = $7, snoozed_until = $8, done_at = $9, updated_at = $10
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        task.id.0,
        task.jobapp_id.map(|id| id.0),
        task.kind.as_str(),
        task.title,
        task.due_on,
        task.snoozed_until,
        task.done_at,
        task.updated_at,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::TaskUpdated, task.id, task.jobapp_id);
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx, id: TaskId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from tasks where tenant_id = $1 and owner_id is not distinct from $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::TaskDeleted, id, None);
    Ok(())
}

/// Deletes an open task that the user has assigned to a client, and returns the client.
pub(super) async fn withdraw(tx: &mut TenantTx, id: TaskId) -> Result<Option<UserId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        delete from tasks t
        where t.tenant_id = $1 and t.assigned_by = $2 and t.owner_id <> $2 and t.id = $3 and t.done_at is null
          and not exists (
            select from job_applications a
            where a.tenant_id = $1 and a.id = t.application_id and a.deleted_at is not null)
        returning t.owner_id, t.application_id
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let owner = UserId(row.owner_id);
    let application = row.application_id.map(Into::into);
    tx.record_of(Some(owner), ChangeType::TaskDeleted, id, application);
    Ok(Some(owner))
}

/// Whether the user has assigned this task to a client, and it is done.
pub(super) async fn is_assigned_and_done(tx: &mut TenantTx, id: TaskId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let found = query_scalar!(
        r#"
        select t.id from tasks t
        where t.tenant_id = $1 and t.assigned_by = $2 and t.owner_id <> $2 and t.id = $3 and t.done_at is not null
          and t.owner_id = any(nullif(current_setting('app.commentable_owners', true), '')::uuid[])
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// Moves the tasks of an application to another one, all or only these. Returns their ids.
pub(crate) async fn move_to(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update tasks set application_id = $4
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3 and ($5::uuid[] is null or id = any($5))
        returning id
        "#,
        tenant.0,
        user.0,
        from.0,
        to.0,
        only,
    )
    .fetch_all(tx.conn())
    .await?;
    tx.record_each(ChangeType::TaskUpdated, &ids, Some(to));
    Ok(ids)
}
