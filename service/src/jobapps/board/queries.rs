//! SQL of the board.

use crate::{
    Error,
    jobapps::queries::{QueryFilter, outcome, stage},
    platform::{
        db::TenantTx,
        time_zone::{local_time, today},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    JobApplicationId, StageId, TenantId,
    jobapps::{BoardCard, NextStep, Outcome, Stage},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// The name of a follow-up on a card, regardless of its title.
const FOLLOW_UP: &str = "Follow up";

#[derive(sqlx::FromRow)]
struct CountRow {
    id: Uuid,
    name: String,
    kind: String,
    position: i32,
    color: Option<String>,
    outcome: Option<String>,
    n: i64,
}

/// The number of the caller's applications by stage and outcome. An empty stage has one row with 0.
pub(super) async fn board_counts(
    tx: &mut TenantTx,
    filter: &QueryFilter<'_>,
) -> Result<Vec<(Stage, Option<Outcome>, i64)>, Error> {
    let tenant = tx.tenant();
    let mut sql = QueryBuilder::<Postgres>::new(
        "select s.id, s.name, s.kind, s.position, s.color, c.outcome, coalesce(c.n, 0) as n from stages s left join ( \
         select a.stage_id, a.outcome, count(*) as n from job_applications a \
         join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id ",
    );
    filter.push_conditions(&mut sql, tenant, tx.user());
    sql.push(" group by a.stage_id, a.outcome) c on c.stage_id = s.id where s.tenant_id = ")
        .push_bind(tenant.0)
        // A deleted stage comes last, as long as it has applications.
        .push(" and (s.deleted_at is null or c.n > 0) order by s.deleted_at is not null, s.position, c.outcome nulls first");
    let rows: Vec<CountRow> = sql.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter()
        .map(|r| {
            Ok((
                stage(r.id, r.name, &r.kind, r.position, r.color.as_deref())?,
                outcome(r.outcome.as_deref())?,
                r.n,
            ))
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct CardRow {
    id: Uuid,
    job_title: Option<String>,
    company: Option<String>,
    source: String,
    location: Option<String>,
    stage_id: Uuid,
    outcome: Option<String>,
    stage_changed_at: DateTime<Utc>,
    version: i32,
    is_unread: bool,
    tags: Vec<String>,
    tag_count: i32,
    interview_at: Option<DateTime<Utc>>,
    task_kind: Option<String>,
    task_title: Option<String>,
    task_due: Option<NaiveDate>,
}

/// The current time, and the user's time zone, which determines the current day.
#[derive(Clone, Copy, Debug)]
pub(super) struct LocalNow<'a> {
    pub now: DateTime<Utc>,
    pub time_zone: &'a str,
}

/// The columns of cards, from the applications `c`. A card is unread if an email that was sent after it was added has changed it since the
/// user last saw it. Older email, such as that of a first import, does not count.
const SELECT_CARDS: &str = "select c.id, c.job_title, c.company, c.source, c.location, c.stage_id, c.outcome, \
    c.stage_changed_at, c.version, c.stage_changed_at > c.created_at and exists (select from application_events e \
    where e.tenant_id = c.tenant_id and e.application_id = c.id and e.cause in ('mail', 'import') \
    and e.occurred_at > c.created_at and e.recorded_at > coalesce(c.seen_at, c.created_at)) as is_unread, \
    c.tags[1:2] as tags, cardinality(c.tags) as tag_count, \
    i.starts_at as interview_at, t.kind as task_kind, t.title as task_title, t.due as task_due from (";

/// Adds the next interview and the next task of each open application `c`: one index lookup for each.
fn push_next_steps(sql: &mut QueryBuilder<Postgres>, tenant: TenantId, now: DateTime<Utc>) {
    sql.push(
        ") c left join lateral (select v.starts_at from interviews v \
         where c.outcome is null and v.application_id = c.id and v.deleted_at is null and v.cancelled_at is null and v.tenant_id = ",
    )
    .push_bind(tenant.0);
    sql.push(" and coalesce(v.ends_at, v.starts_at) >= ")
        .push_bind(now);
    sql.push(
        " order by v.starts_at limit 1) i on true \
         left join lateral (select k.kind, k.title, greatest(k.due_on, k.snoozed_until) as due from tasks k \
         where c.outcome is null and k.application_id = c.id and k.done_at is null and greatest(k.due_on, k.snoozed_until) is not null \
           and k.tenant_id = ",
    )
    .push_bind(tenant.0);
    sql.push(" order by 3, k.created_at, k.id limit 1) t on true");
}

/// The number of cards to read per column.
#[derive(Clone, Debug)]
pub(super) struct CardLimits {
    /// Number of open cards, and of closed cards, in each stage.
    pub per_stage: i64,
    /// Number of open cards in expanded stages.
    pub expanded: Vec<(StageId, i64)>,
}

/// The cards of all columns, most recently moved first.
pub(super) async fn board_cards(
    tx: &mut TenantTx,
    filter: &QueryFilter<'_>,
    limits: &CardLimits,
    at: LocalNow<'_>,
) -> Result<Vec<(StageId, DateTime<Utc>, BoardCard)>, Error> {
    let mut sql = QueryBuilder::<Postgres>::new(SELECT_CARDS);
    sql.push(
        "select a.*, row_number() over ( \
         partition by a.stage_id, a.outcome is null order by a.stage_changed_at desc, a.id desc) as place \
         from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id ",
    );
    filter.push_conditions(&mut sql, tx.tenant(), tx.user());
    push_next_steps(&mut sql, tx.tenant(), at.now);
    sql.push(" where c.place <= ");
    if limits.expanded.is_empty() {
        sql.push_bind(limits.per_stage);
    } else {
        sql.push("case");
        for (stage, limit) in &limits.expanded {
            sql.push(" when c.outcome is null and c.stage_id = ")
                .push_bind(stage.0);
            sql.push(" then ").push_bind(*limit);
        }
        sql.push(" else ").push_bind(limits.per_stage).push(" end");
    }
    sql.push(" order by c.stage_changed_at desc, c.id desc");
    cards(sql.build_query_as().fetch_all(tx.conn()).await?, at)
}

/// The open cards of a column after this card.
pub(super) async fn cards_after(
    tx: &mut TenantTx,
    filter: &QueryFilter<'_>,
    stage: StageId,
    after: JobApplicationId,
    limit: i64,
    at: LocalNow<'_>,
) -> Result<Vec<(StageId, DateTime<Utc>, BoardCard)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mut sql = QueryBuilder::<Postgres>::new(SELECT_CARDS);
    sql.push(
        "select a.* from job_applications a join stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id ",
    );
    filter.push_conditions(&mut sql, tenant, user);
    sql.push(" and a.outcome is null and a.stage_id = ")
        .push_bind(stage.0);
    sql.push(
        " and (a.stage_changed_at, a.id) < (select p.stage_changed_at, p.id from job_applications p where p.tenant_id = ",
    )
    .push_bind(tenant.0);
    sql.push(" and p.owner_id = ").push_bind(user.0);
    sql.push(" and p.id = ").push_bind(after.0);
    sql.push(") order by a.stage_changed_at desc, a.id desc limit ")
        .push_bind(limit);
    push_next_steps(&mut sql, tenant, at.now);
    sql.push(" order by c.stage_changed_at desc, c.id desc");
    cards(sql.build_query_as().fetch_all(tx.conn()).await?, at)
}

fn cards(rows: Vec<CardRow>, at: LocalNow<'_>) -> Result<Vec<(StageId, DateTime<Utc>, BoardCard)>, Error> {
    let today = today(at.now, at.time_zone);
    rows.into_iter()
        .map(|r| {
            let interview = r
                .interview_at
                .map(|starts_at| local_time(starts_at, at.time_zone));
            let is_follow_up = r.task_kind.as_deref() == Some("follow_up");
            let title = r
                .task_title
                .map(|title| if is_follow_up { FOLLOW_UP.into() } else { title });
            let more_tags = usize::try_from(r.tag_count).unwrap_or(0);
            let card = BoardCard {
                more_tags: more_tags.saturating_sub(r.tags.len()),
                tags: r.tags,
                next_step: NextStep::earlier(interview, title.zip(r.task_due), today),
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
