//! SQL of the application detail.

use super::{Neighbors, overview::Appointments};
use crate::{
    Error,
    jobapps::queries::{ApplicationWithStageRow, EventWithStagesRow},
    platform::{db::TenantTx, time_zone::instant},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    JobApplicationId, MailMessageId,
    inbox::{MailExplanation, MatchedWords},
    jobapps::{ApplicationDetail, ApplicationEvent, JobApplication, Note},
    mail::Message,
};
use sqlx::{query, types::Json};
use std::collections::HashMap;

/// Maximum number of messages. Older ones are only in the list of all messages.
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
            s.position as stage_position, s.color as stage_color, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max,
            a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version
          from job_applications a
          join stages s on s.tenant_id = $1 and s.id = a.stage_id
          where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $3 and a.deleted_at is null
        ), entries as (
          select e.id, e.outcome, e.occurred_at, e.recorded_at, e.cause, e.mail_id, e.silence_days,
            f.id as from_id, f.name as from_name, f.kind as from_kind, f.position as from_position, f.color as from_color,
            t.id as to_id, t.name as to_name, t.kind as to_kind, t.position as to_position, t.color as to_color,
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

/// The explanations of how an application's messages were classified, and the start times of interviews that they state in their text,
/// for as many messages as [`get_detail`] returns. A time without a zone is in the user's time zone.
pub(super) async fn list_explanations(
    tx: &mut TenantTx,
    id: JobApplicationId,
    time_zone: &str,
) -> Result<(HashMap<MailMessageId, MailExplanation>, Appointments), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select id, coalesce(ruleset, 'none') as "ruleset!", coalesce(ruleset_version, 1) as "ruleset_version!",
          coalesce(rule, 'none') as "rule!", matched_text, explanation as "explanation: Json<Vec<MatchedWords>>",
          (appointment->>'local')::timestamp as appointment_local, (appointment->>'offset')::integer as appointment_offset
        from mail_messages
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3
        order by sent_at desc, id desc
        limit $4
        "#,
        tenant.0,
        user.0,
        id.0,
        MAX_MESSAGES,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut appointments = Appointments::new();
    let explanations = rows.into_iter().map(|r| {
        let starts_at = r.appointment_local.and_then(|local| match r.appointment_offset {
            Some(east) => Some(local.and_utc() - TimeDelta::seconds(east.into())),
            None => instant(local, time_zone),
        });
        if let Some(starts_at) = starts_at {
            appointments.insert(r.id.into(), starts_at);
        }
        let mut words = r.explanation.0;
        if words.is_empty() {
            // Earlier versions stored only the matched text.
            words.extend(r.matched_text.into_iter().map(|text| MatchedWords {
                part: "text".into(),
                text,
                explains: "kind".into(),
            }));
        }
        let explanation = MailExplanation {
            pack: r.ruleset,
            pack_version: r.ruleset_version,
            rule: r.rule,
            words,
        };
        (r.id.into(), explanation)
    });
    let explanations = explanations.collect();
    Ok((explanations, appointments))
}

/// The position of an application in its column of the board, the applications next to it, and whether something is new since its owner
/// last saw it: an email that changed it, which marks its card, or a comment by someone else.
pub(super) async fn find_neighbors(
    tx: &mut TenantTx,
    application: &JobApplication,
) -> Result<(Neighbors, bool), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select c.row_position as "position!", c.total as "total!", c.previous, c.next, c.stage_changed_at as "stage_changed_at!",
          exists (
            select from application_events e
            where e.tenant_id = $1 and e.application_id = $5 and e.cause in ('mail', 'import') and e.occurred_at > c.created_at
              and e.recorded_at > coalesce(c.seen_at, c.created_at))
          or exists (
            select from application_comments n
            join job_applications p on p.tenant_id = $1 and p.id = n.application_id and $5 in (p.id, p.merged_into)
            where n.tenant_id = $1 and n.owner_id = $2 and n.author_id <> $2 and n.created_at > coalesce(c.seen_at, c.created_at))
            as "is_unread!"
        from (
          select a.id, a.created_at, a.seen_at, a.stage_changed_at, row_number() over w as row_position, count(*) over () as total, lag(a.id) over w as previous,
            lead(a.id) over w as next
          from job_applications a
          where a.tenant_id = $1 and a.owner_id = $2 and a.stage_id = $3 and (a.outcome is null) = $4
            and a.deleted_at is null
          window w as (order by a.stage_changed_at desc, a.id desc)
        ) c
        where c.id = $5
        "#,
        tenant.0,
        user.0,
        application.application_status.id.0,
        application.outcome.is_none(),
        application.id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or_else(Default::default, |r| {
        let neighbors = Neighbors {
            position: r.position,
            total: r.total,
            previous: r.previous.map(Into::into),
            next: r.next.map(Into::into),
            stage_changed_at: Some(r.stage_changed_at),
        };
        (neighbors, r.is_unread)
    }))
}

/// Records that the user has seen the application. False if there is no such application.
pub(super) async fn mark_as_seen(
    tx: &mut TenantTx,
    id: JobApplicationId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update job_applications
        set seen_at = $4
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at is null
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
