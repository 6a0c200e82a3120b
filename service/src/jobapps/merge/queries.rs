//! SQL of merges.

use super::state::{GroupEvent, GroupState};
use crate::{Error, jobapps::queries::outcome, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    JobApplicationId, MailMessageId, MergeId,
    changes::ChangeType,
    jobapps::{Outcome, state_machine::State},
};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// A locked application of the caller.
pub(super) struct LockedRow {
    pub id: JobApplicationId,
    pub is_deleted: bool,
    merged_into: Option<Uuid>,
}

impl LockedRow {
    /// Whether it is a part of another application.
    pub fn is_part(&self) -> bool {
        self.merged_into.is_some()
    }
}

/// A merge, with the objects that it moved.
pub(super) struct MergeRow {
    pub id: MergeId,
    pub application_id: JobApplicationId,
    pub other_id: JobApplicationId,
    pub part_ids: Vec<Uuid>,
    pub note_ids: Vec<Uuid>,
    pub mail_ids: Vec<Uuid>,
    pub interview_ids: Vec<Uuid>,
    pub task_ids: Vec<Uuid>,
    pub contact_link_ids: Vec<Uuid>,
    pub posting_ids: Vec<Uuid>,
    pub file_ids: Vec<Uuid>,
}

pub(super) struct StoredMerge {
    pub row: MergeRow,
    pub is_undone: bool,
}

/// Locks the caller's applications with these ids, including deleted ones.
pub(super) async fn lock(tx: &mut TenantTx, ids: &[JobApplicationId]) -> Result<Vec<LockedRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"
        select id, deleted_at is not null as "is_deleted!", merged_into
        from job_applications
        where tenant_id = $1 and owner_id is not distinct from $2 and id = any($3)
        order by id
        for update
        "#,
        tenant.0,
        user.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| LockedRow {
            id: r.id.into(),
            is_deleted: r.is_deleted,
            merged_into: r.merged_into,
        })
        .collect())
}

/// Makes the parts of one application, all or only these, parts of another. The functions below do the same with the other objects that
/// belong to an application.
pub(super) async fn move_parts(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update job_applications set merged_into = $4
        where tenant_id = $1 and owner_id is not distinct from $2 and merged_into = $3 and ($5::uuid[] is null or id = any($5))
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
    Ok(ids)
}

pub(super) async fn move_notes(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update notes set application_id = $4
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
    tx.record_each(ChangeType::NoteUpdated, &ids, Some(to));
    Ok(ids)
}

pub(super) async fn move_messages(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update mail_messages set application_id = $4
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
    Ok(ids)
}

pub(super) async fn move_files(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update files set application_id = $4
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
    tx.record_each(ChangeType::FileUpdated, &ids, Some(to));
    Ok(ids)
}

/// Makes an application a part of another, or a separate application again.
pub(super) async fn set_part(
    tx: &mut TenantTx,
    id: JobApplicationId,
    merged_into: Option<JobApplicationId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update job_applications
        set merged_into = $4, deleted_at = case when $4::uuid is null then null else $5::timestamptz end, updated_at = $5,
          version = version + 1
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        merged_into.map(|id| id.0),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &mut TenantTx,
    id: JobApplicationId,
    to: GroupState,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update job_applications
        set stage_id = $4, outcome = $5, stage_changed_at = $6, updated_at = $7, version = version + 1
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        to.state.stage.0,
        to.state.outcome.map(Outcome::as_str),
        to.changed_at,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert_merge(tx: &mut TenantTx, row: &MergeRow, now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into application_merges
          (tenant_id, owner_id, id, application_id, other_id, part_ids, note_ids, mail_ids, interview_ids, task_ids,
           contact_link_ids, posting_ids, file_ids, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        "#,
        tenant.0,
        user.0,
        row.id.0,
        row.application_id.0,
        row.other_id.0,
        &row.part_ids,
        &row.note_ids,
        &row.mail_ids,
        &row.interview_ids,
        &row.task_ids,
        &row.contact_link_ids,
        &row.posting_ids,
        &row.file_ids,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds and locks a merge of the caller.
pub(super) async fn find_merge(tx: &mut TenantTx, id: MergeId) -> Result<Option<StoredMerge>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select application_id, other_id, part_ids, note_ids, mail_ids, interview_ids, task_ids, contact_link_ids,
          posting_ids, file_ids, undone_at is not null as "is_undone!"
        from application_merges
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        for update
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| StoredMerge {
        row: MergeRow {
            id,
            application_id: r.application_id.into(),
            other_id: r.other_id.into(),
            part_ids: r.part_ids,
            note_ids: r.note_ids,
            mail_ids: r.mail_ids,
            interview_ids: r.interview_ids,
            task_ids: r.task_ids,
            contact_link_ids: r.contact_link_ids,
            posting_ids: r.posting_ids,
            file_ids: r.file_ids,
        },
        is_undone: r.is_undone,
    }))
}

/// The last merge that moved exactly these messages to the application and is not undone.
pub(super) async fn find_merge_of_messages(
    tx: &mut TenantTx,
    application: JobApplicationId,
    messages: &[MailMessageId],
) -> Result<Option<MergeId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let messages: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
    let id = query_scalar!(
        r#"
        select id from application_merges
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3 and undone_at is null
          and mail_ids <> '{}' and mail_ids <@ $4 and mail_ids @> $4
        order by created_at desc
        limit 1
        "#,
        tenant.0,
        user.0,
        application.0,
        &messages,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(Into::into))
}

pub(super) async fn set_undone(tx: &mut TenantTx, id: MergeId, now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "update application_merges set undone_at = $4 where tenant_id = $1 and owner_id is not distinct from $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The events of an application and its parts, in the order they were recorded; a creation comes first.
pub(super) async fn list_group_events(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<Vec<GroupEvent>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select e.application_id, e.from_stage_id, e.to_stage_id, e.outcome, e.occurred_at, e.recorded_at, e.mail_id,
          e.cause = 'rule' as "is_by_rule!", s.position as "position!"
        from application_events e
        join stages s on s.tenant_id = e.tenant_id and s.id = e.to_stage_id
        where e.tenant_id = $1 and e.owner_id = $2 and e.application_id = any($3::uuid || array(
          select p.id from job_applications p where p.tenant_id = $1 and p.merged_into = $3))
        order by e.recorded_at, e.from_stage_id is not null, e.id
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(GroupEvent {
                application: r.application_id.into(),
                from: r.from_stage_id.map(Into::into),
                to: State {
                    stage: r.to_stage_id.into(),
                    outcome: outcome(r.outcome.as_deref())?,
                },
                position: r.position,
                occurred_at: r.occurred_at,
                recorded_at: r.recorded_at,
                mail: r.mail_id.map(Into::into),
                is_by_rule: r.is_by_rule,
            })
        })
        .collect()
}
