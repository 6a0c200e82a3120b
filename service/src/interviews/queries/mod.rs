//! SQL of interviews. Interviews of deleted applications are invisible.

pub(super) mod invitations;

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    InterviewId, JobApplicationId,
    changes::ChangeType,
    interviews::{Interview, InterviewFilter, InterviewKind},
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

pub(super) struct InterviewRow {
    id: Uuid,
    application_id: Uuid,
    kind: String,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    time_zone: Option<String>,
    place: Option<String>,
    notes: Option<String>,
    mail_id: Option<Uuid>,
    cancelled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<InterviewRow> for Interview {
    type Error = Error;

    fn try_from(row: InterviewRow) -> Result<Self, Error> {
        let kind = InterviewKind::parse(&row.kind).ok_or_else(|| Error::unknown_value("interview kind"))?;
        Ok(Self {
            id: row.id.into(),
            jobapp_id: row.application_id.into(),
            kind,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            time_zone: row.time_zone,
            place: row.place,
            notes: row.notes,
            mail_id: row.mail_id.map(Into::into),
            cancelled_at: row.cancelled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub(super) async fn list(tx: &mut TenantTx, filter: &InterviewFilter) -> Result<Vec<Interview>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        InterviewRow,
        r#"
        select i.id, i.application_id, i.kind, i.starts_at, i.ends_at, i.time_zone, i.place, i.notes, i.mail_id, i.cancelled_at,
          i.created_at, i.updated_at
        from interviews i
        join job_applications a on a.tenant_id = i.tenant_id and a.id = i.application_id
        where i.tenant_id = $1 and i.owner_id = $2 and i.deleted_at is null and a.deleted_at is null
          and ($3::uuid is null or i.application_id = $3)
          and ($4::timestamptz is null or i.starts_at >= $4)
          and ($5::timestamptz is null or i.starts_at < $5)
        order by i.starts_at, i.id
        "#,
        tenant.0,
        user.0,
        filter.jobapp_id.map(|id| id.0),
        filter.from,
        filter.to,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Interview::try_from).collect()
}

/// The caller's interviews with these ids, in no particular order.
pub(crate) async fn list_by_ids(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Interview>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        InterviewRow,
        r#"
        select i.id, i.application_id, i.kind, i.starts_at, i.ends_at, i.time_zone, i.place, i.notes, i.mail_id, i.cancelled_at,
          i.created_at, i.updated_at
        from interviews i
        join job_applications a on a.tenant_id = i.tenant_id and a.id = i.application_id
        where i.tenant_id = $1 and i.owner_id is not distinct from $2 and i.id = any($3) and i.deleted_at is null
          and a.deleted_at is null
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Interview::try_from).collect()
}

/// The interviews that begin in this time and are not cancelled.
pub(crate) async fn list_upcoming(
    tx: &mut TenantTx,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Interview>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        InterviewRow,
        r#"
        select i.id, i.application_id, i.kind, i.starts_at, i.ends_at, i.time_zone, i.place, i.notes, i.mail_id, i.cancelled_at,
          i.created_at, i.updated_at
        from interviews i
        join job_applications a on a.tenant_id = i.tenant_id and a.id = i.application_id
        where i.tenant_id = $1 and i.owner_id = $2 and i.deleted_at is null and i.cancelled_at is null and a.deleted_at is null
          and i.starts_at >= $3 and i.starts_at < $4
        order by i.starts_at, i.id
        limit $5
        "#,
        tenant.0,
        user.0,
        from,
        to,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Interview::try_from).collect()
}

/// The interviews of an application, in the order they begin.
pub(crate) async fn list_of_application(
    tx: &mut TenantTx,
    application: JobApplicationId,
) -> Result<Vec<Interview>, Error> {
    let filter = InterviewFilter {
        jobapp_id: Some(application),
        ..InterviewFilter::default()
    };
    list(tx, &filter).await
}

/// Inserts an interview that the user added. False if the application is not visible to the caller.
pub(crate) async fn insert(tx: &mut TenantTx, interview: &Interview) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let inserted = query_scalar!(
        r#"
        insert into interviews as i
          (tenant_id, owner_id, id, application_id, kind, starts_at, ends_at, time_zone, place, notes, created_at, updated_at)
        select a.tenant_id, a.owner_id, $4::uuid, a.id, $5::text, $6::timestamptz, $7::timestamptz, $8::text, $9::text, $10::text,
          $11::timestamptz, $11::timestamptz
        from job_applications a
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $3 and a.deleted_at is null
        returning i.id
        "#,
        tenant.0,
        user.0,
        interview.jobapp_id.0,
        interview.id.0,
        interview.kind.as_str(),
        interview.starts_at,
        interview.ends_at,
        interview.time_zone,
        interview.place,
        interview.notes,
        interview.created_at,
    )
    .fetch_optional(tx.conn())
    .await?;
    if inserted.is_some() {
        tx.record(
            ChangeType::InterviewCreated,
            interview.id,
            Some(interview.jobapp_id),
        );
    }
    Ok(inserted.is_some())
}

/// Number of interviews of an application and of the user, including deleted ones whose rows are kept.
pub(super) async fn count(tx: &mut TenantTx, application: JobApplicationId) -> Result<(i64, i64), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select count(*) filter (where application_id = $3) as "of_application!", count(*) as "of_user!"
        from interviews where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
        application.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.of_application, row.of_user))
}

/// Finds and locks an interview of the caller.
pub(super) async fn lock(tx: &mut TenantTx, id: InterviewId) -> Result<Option<Interview>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        InterviewRow,
        r#"
        select i.id, i.application_id, i.kind, i.starts_at, i.ends_at, i.time_zone, i.place, i.notes, i.mail_id, i.cancelled_at,
          i.created_at, i.updated_at
        from interviews i
        join job_applications a on a.tenant_id = i.tenant_id and a.id = i.application_id
        where i.tenant_id = $1 and i.owner_id is not distinct from $2 and i.id = $3 and i.deleted_at is null
          and a.deleted_at is null
        for update of i
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Interview::try_from).transpose()
}

/// Stores the user's changes.
pub(super) async fn update(tx: &mut TenantTx, interview: &Interview) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update interviews
        set kind = $4, starts_at = $5, ends_at = $6, time_zone = $7, place = $8, notes = $9, cancelled_at = $10, updated_at = $11,
          edited_at = $11, sequence = sequence + 1
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        interview.id.0,
        interview.kind.as_str(),
        interview.starts_at,
        interview.ends_at,
        interview.time_zone,
        interview.place,
        interview.notes,
        interview.cancelled_at,
        interview.updated_at,
    )
    .execute(tx.conn())
    .await?;
    tx.record(
        ChangeType::InterviewUpdated,
        interview.id,
        Some(interview.jobapp_id),
    );
    Ok(())
}

/// Deletes an interview that the user added, and hides an interview that was created from an invitation.
pub(super) async fn delete(tx: &mut TenantTx, id: InterviewId, now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update interviews
        set deleted_at = $4, updated_at = $4, notes = null, place = null
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and calendar_uid is not null
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    query!(
        r#"
        delete from interviews
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and calendar_uid is null
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::InterviewDeleted, id, None);
    Ok(())
}

/// Moves the interviews of an application to another one, all or only these. Returns their ids.
pub(crate) async fn move_to(
    tx: &mut TenantTx,
    from: JobApplicationId,
    to: JobApplicationId,
    only: Option<&[Uuid]>,
) -> Result<Vec<Uuid>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        r#"
        update interviews set application_id = $4
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
    tx.record_each(ChangeType::InterviewUpdated, &ids, Some(to));
    Ok(ids)
}
