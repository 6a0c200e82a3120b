//! SQL of the application detail.

use crate::{
    Error,
    jobapps::queries::{ApplicationWithStageRow, EventWithStagesRow},
    platform::db::TenantTx,
};
use domain::{
    JobApplicationId,
    jobapps::{ApplicationDetail, ApplicationEvent, Note},
    mail::Message,
};
use sqlx::{query, types::Json};

/// Older messages are only in the list of all messages.
const MAX_MESSAGES: i64 = 500;

/// One of the caller's applications with its related rows as JSON: notes and messages with the field names of `domain`, the
/// others as rows of [`super::super::queries`].
pub(super) async fn get_detail(
    tx: &mut TenantTx,
    id: JobApplicationId,
) -> Result<Option<ApplicationDetail>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        with found as (
          select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind,
            s.position as stage_position, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max,
            a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version
          from job_applications a
          join stages s on s.tenant_id = $1 and s.id = a.stage_id
          where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $3 and a.deleted_at is null
        ), entries as (
          select e.id, e.outcome, e.occurred_at, e.recorded_at, e.cause, e.mail_id, e.silence_days,
            f.id as from_id, f.name as from_name, f.kind as from_kind, f.position as from_position,
            t.id as to_id, t.name as to_name, t.kind as to_kind, t.position as to_position,
            e.actor_id, m.display_name as actor_name
          from application_events e
          left join stages f on f.tenant_id = $1 and f.id = e.from_stage_id
          join stages t on t.tenant_id = $1 and t.id = e.to_stage_id
          left join memberships m on m.tenant_id = $1 and m.user_id = e.actor_id
          where e.tenant_id = $1 and e.owner_id = $2 and e.application_id = any($3::uuid || array(
            select p.id from job_applications p where p.tenant_id = $1 and p.merged_into = $3))
        ), notes as (
          select id, application_id as jobapp_id, description, created_at, updated_at
          from notes
          where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3
        ), mails as (
          select id, mailbox_id, message_id, subject, sender, sent_at, platform, kind, confidence, company, job_title,
            location, requisition, application_id as jobapp_id, coalesce(decision, 'automatic') as decision
          from mail_messages
          where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3
          order by sent_at desc, id desc
          limit $4
        )
        select to_json(found) as "jobapp!: Json<ApplicationWithStageRow>",
          (select coalesce(json_agg(e order by occurred_at, recorded_at, id), '[]') from entries e)
            as "history!: Json<Vec<EventWithStagesRow>>",
          (select coalesce(json_agg(n order by created_at desc, id desc), '[]') from notes n) as "notes!: Json<Vec<Note>>",
          (select coalesce(json_agg(m order by sent_at desc, id desc), '[]') from mails m) as "mails!: Json<Vec<Message>>"
        from found
        "#,
        tenant.0,
        user.0,
        id.0,
        MAX_MESSAGES,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let history = row.history.0.into_iter().map(ApplicationEvent::try_from);
    Ok(Some(ApplicationDetail {
        jobapp: row.jobapp.0.try_into()?,
        history: history.collect::<Result<_, _>>()?,
        notes: row.notes.0,
        mails: row.mails.0,
    }))
}
