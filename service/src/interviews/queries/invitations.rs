//! SQL of invitations and of the interviews that were created from them.

use crate::{
    Error,
    interviews::invitations::{EventState, Invitation, distinct},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{InterviewId, JobApplicationId, MailMessageId, changes::ChangeType, interviews::InterviewKind};
use sqlx::{query, query_scalar, types::Json};
use uuid::Uuid;

/// An event in a message of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::interviews) struct InvitationRow {
    pub message: MailMessageId,
    pub application: JobApplicationId,
    pub uid: String,
    pub sent_at: DateTime<Utc>,
    pub invitation: Invitation,
}

/// An interview that was created from an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::interviews) struct SyncedRow {
    pub id: InterviewId,
    pub application: JobApplicationId,
    pub uid: String,
    /// Whether a person changed or deleted it.
    pub is_kept: bool,
    /// `None` if the message that created it was deleted.
    pub state: Option<EventState>,
}

/// The UIDs of the events of these messages.
pub(in crate::interviews) async fn list_uids(
    tx: &mut TenantTx,
    messages: &[MailMessageId],
) -> Result<Vec<String>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
    let uids = query_scalar!(
        r#"
        select calendar_uid from mail_messages
        where tenant_id = $1 and owner_id is not distinct from $2 and id = any($3) and calendar_uid is not null
        "#,
        tenant.0,
        user.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(distinct(uids))
}

/// Links ignored messages about these events. Only the event shows that they belong to an application.
pub(in crate::interviews) async fn link_related(tx: &mut TenantTx, uids: &[String]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mail_messages m
        set application_id = l.application_id, decision = 'automatic'
        from (
          select distinct on (calendar_uid) calendar_uid, application_id
          from mail_messages
          where tenant_id = $1 and owner_id = $2 and calendar_uid = any($3) and application_id is not null
          order by calendar_uid, sent_at, identity) l
        where m.tenant_id = $1 and m.owner_id = $2 and m.calendar_uid = l.calendar_uid and m.application_id is null
          and m.decision = 'ignored' and m.kind in ('referral', 'recruiter', 'alert', 'other')
        "#,
        tenant.0,
        user.0,
        uids,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// These events as the messages of applications contain them.
pub(in crate::interviews) async fn list(
    tx: &mut TenantTx,
    uids: &[String],
) -> Result<Vec<InvitationRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select id, application_id as "application_id!", calendar_uid as "calendar_uid!", sent_at,
          invitation as "invitation!: Json<Invitation>"
        from mail_messages
        where tenant_id = $1 and owner_id = $2 and calendar_uid = any($3) and application_id is not null and invitation is not null
        "#,
        tenant.0,
        user.0,
        uids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| InvitationRow {
            message: r.id.into(),
            application: r.application_id.into(),
            uid: r.calendar_uid,
            sent_at: r.sent_at,
            invitation: r.invitation.0,
        })
        .collect())
}

/// Locks the interviews that were created from these events, including those that a person deleted.
pub(in crate::interviews) async fn lock_interviews(
    tx: &mut TenantTx,
    uids: &[String],
) -> Result<Vec<SyncedRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select id, application_id, calendar_uid as "calendar_uid!", mail_id, starts_at, ends_at, time_zone, place, cancelled_at,
          edited_at is not null or deleted_at is not null as "is_kept!"
        from interviews
        where tenant_id = $1 and owner_id = $2 and calendar_uid = any($3)
        order by id
        for update
        "#,
        tenant.0,
        user.0,
        uids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| SyncedRow {
            id: r.id.into(),
            application: r.application_id.into(),
            uid: r.calendar_uid,
            is_kept: r.is_kept,
            state: r.mail_id.map(|mail_id| EventState {
                mail_id: mail_id.into(),
                starts_at: r.starts_at,
                ends_at: r.ends_at,
                time_zone: r.time_zone,
                place: r.place,
                cancelled_at: r.cancelled_at,
            }),
        })
        .collect())
}

pub(in crate::interviews) async fn insert(
    tx: &mut TenantTx,
    id: InterviewId,
    application: JobApplicationId,
    uid: &str,
    state: &EventState,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into interviews
          (tenant_id, owner_id, id, application_id, kind, starts_at, ends_at, time_zone, place, mail_id, calendar_uid, cancelled_at,
           created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
        "#,
        tenant.0,
        user.0,
        id.0,
        application.0,
        InterviewKind::of_location(state.place.as_deref()).as_str(),
        state.starts_at,
        state.ends_at,
        state.time_zone,
        state.place,
        state.mail_id.0,
        uid,
        state.cancelled_at,
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::InterviewCreated, id, Some(application));
    Ok(())
}

pub(in crate::interviews) async fn update(
    tx: &mut TenantTx,
    id: InterviewId,
    state: &EventState,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update interviews
        set kind = $4, starts_at = $5, ends_at = $6, time_zone = $7, place = $8, mail_id = $9, cancelled_at = $10, updated_at = $11,
          sequence = sequence + 1
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        InterviewKind::of_location(state.place.as_deref()).as_str(),
        state.starts_at,
        state.ends_at,
        state.time_zone,
        state.place,
        state.mail_id.0,
        state.cancelled_at,
        now,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::InterviewUpdated, id, None);
    Ok(())
}

pub(in crate::interviews) async fn set_application(
    tx: &mut TenantTx,
    id: InterviewId,
    application: JobApplicationId,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "update interviews set application_id = $4 where tenant_id = $1 and owner_id is not distinct from $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
        application.0,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::InterviewUpdated, id, Some(application));
    Ok(())
}

pub(in crate::interviews) async fn delete(tx: &mut TenantTx, id: InterviewId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from interviews where tenant_id = $1 and owner_id is not distinct from $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    tx.record(ChangeType::InterviewDeleted, id, None);
    Ok(())
}
