//! SQL of the board.

use crate::{
    Error,
    jobapps::queries::{outcome, stage},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    StageId,
    jobapps::{BoardCard, Outcome, Stage},
};
use sqlx::query;

/// The number of the caller's applications by stage and outcome. An empty stage has one row with 0.
pub(super) async fn board_counts(tx: &mut TenantTx) -> Result<Vec<(Stage, Option<Outcome>, i64)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select s.id, s.name, s.kind, s.position, a.outcome as "outcome?", count(a.id) as "n!"
        from stages s
        left join job_applications a
          on a.tenant_id = s.tenant_id and a.stage_id = s.id and a.owner_id = $2 and a.deleted_at is null
        where s.tenant_id = $1
        group by s.id, s.name, s.kind, s.position, a.outcome
        order by s.position, a.outcome nulls first
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok((
                stage(r.id, r.name, &r.kind, r.position)?,
                outcome(r.outcome.as_deref())?,
                r.n,
            ))
        })
        .collect()
}

/// The cards of all columns, most recently moved first; at most `max_cards` open and `max_cards` closed ones per stage. A card is
/// unread if an email that was sent after the application was added has changed it since the user last saw it. Older email, as of
/// a first import, is not news.
pub(super) async fn board_cards(
    tx: &mut TenantTx,
    max_cards: i64,
) -> Result<Vec<(StageId, DateTime<Utc>, BoardCard)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select c.id, c.job_title, c.company, c.source, c.location, c.stage_id, c.outcome, c.stage_changed_at, c.version,
          c.stage_changed_at > c.created_at and exists (
            select from application_events e
            where e.tenant_id = $1 and e.application_id = c.id and e.cause in ('mail', 'import') and e.occurred_at > c.created_at
              and e.recorded_at > coalesce(c.seen_at, c.created_at)) as "is_unread!"
        from (
          select a.*, row_number() over (
            partition by a.stage_id, a.outcome is null order by a.stage_changed_at desc, a.id desc) as place
          from job_applications a
          where a.tenant_id = $1 and a.owner_id = $2 and a.deleted_at is null
        ) c
        where c.place <= $3
        order by c.stage_changed_at desc, c.id desc
        "#,
        tenant.0,
        user.0,
        max_cards,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let card = BoardCard {
                id: r.id.into(),
                job_title: r.job_title,
                company: r.company,
                source: r.source,
                location: r.location,
                outcome: outcome(r.outcome.as_deref())?,
                days: 0,
                quiet_days: None,
                on_hold: false,
                is_unread: r.is_unread,
                version: r.version,
            };
            Ok((r.stage_id.into(), r.stage_changed_at, card))
        })
        .collect()
}
