//! SQL of the job queue. The table is global. Leases are measured by the clock of the database, which all servers share.

pub(super) mod cancel;
pub(super) mod watch;

use super::{Job, JobHandler, JobKind, Lane, Registry};
use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::UserId;
use sqlx::query;
use std::{collections::HashSet, sync::Arc, time::Duration};
use uuid::Uuid;

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

pub(super) async fn insert(
    tx: &mut GlobalTx,
    job: &Job,
    delay: Duration,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into background_jobs (id, kind, lane, tenant_id, user_id, payload_id, run_at, created_at)
        values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8)
        on conflict (kind, payload_id) do update set run_at = least(background_jobs.run_at, excluded.run_at), attempts = 0
        "#,
        job.id,
        job.kind.as_str(),
        job.kind.lane().as_str(),
        job.tenant.map(|t| t.0),
        job.user.map(|u| u.0),
        job.payload_id,
        seconds(delay),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A job of a user on global tables.
pub(super) struct UserJobRow {
    pub id: Uuid,
    pub user: UserId,
    pub payload: Uuid,
}

/// Inserts jobs that are due now, but run after other jobs that are enqueued before `turn_delay` has passed.
pub(super) async fn insert_many(
    tx: &mut GlobalTx,
    kind: JobKind,
    rows: &[UserJobRow],
    turn_delay: Duration,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let users: Vec<Uuid> = rows.iter().map(|row| row.user.0).collect();
    let payloads: Vec<Uuid> = rows.iter().map(|row| row.payload).collect();
    query!(
        r#"
        insert into background_jobs (id, kind, lane, user_id, payload_id, run_at, turn_at, created_at)
        select r.id, $1, $2, r.user_id, r.payload_id, now(), now() + make_interval(secs => $3), $4
        from unnest($5::uuid[], $6::uuid[], $7::uuid[]) as r (id, user_id, payload_id)
        on conflict (kind, payload_id) do nothing
        "#,
        kind.as_str(),
        kind.lane().as_str(),
        seconds(turn_delay),
        now,
        &ids,
        &users,
        &payloads,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A job of a tenant, and the delay until it is due.
pub(super) struct ScheduledRow {
    pub id: Uuid,
    pub tenant: Uuid,
    pub delay: Duration,
}

/// Tenants, except demo tenants, that have no job of this kind.
pub(super) async fn list_tenants_without(
    conn: &mut GlobalConn,
    kind: JobKind,
    limit: i64,
) -> Result<Vec<Uuid>, Error> {
    let rows = query!(
        r#"
        select t.id from tenants t
        where t.expires_at is null and t.closed_at is null
          and not exists (select 1 from background_jobs j where j.kind = $1 and j.payload_id = t.id)
        order by t.id
        limit $2
        "#,
        kind.as_str(),
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

/// Inserts jobs of tenants that are due later. A job that another server has inserted in the meantime is left unchanged.
pub(super) async fn schedule(
    conn: &mut GlobalConn,
    kind: JobKind,
    rows: &[ScheduledRow],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let tenants: Vec<Uuid> = rows.iter().map(|r| r.tenant).collect();
    let delays: Vec<f64> = rows.iter().map(|r| seconds(r.delay)).collect();
    query!(
        r#"
        insert into background_jobs (id, kind, lane, tenant_id, payload_id, run_at, created_at)
        select r.id, $1, $2, r.tenant_id, r.tenant_id, now() + make_interval(secs => r.delay), $3
        from unnest($4::uuid[], $5::uuid[], $6::float8[]) as r (id, tenant_id, delay)
        on conflict (kind, payload_id) do nothing
        "#,
        kind.as_str(),
        kind.lane().as_str(),
        now,
        &ids,
        &tenants,
        &delays,
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// The number of jobs in the queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueueDepth {
    /// Jobs that are due and not running.
    pub queued: u32,
    /// Jobs that are due later: retries and recurring jobs.
    pub scheduled: u32,
    /// Jobs that a worker holds.
    pub running: u32,
    /// How long the oldest job has been due; 0 if no job is due.
    pub oldest_seconds: f64,
}

pub(super) async fn queue_depth(conn: &mut GlobalConn) -> Result<QueueDepth, Error> {
    let row = query!(
        r#"
        select count(*) filter (where (lease_until is null or lease_until < now()) and run_at <= now()) as "queued!",
          count(*) filter (where (lease_until is null or lease_until < now()) and run_at > now()) as "scheduled!",
          count(*) filter (where lease_until >= now()) as "running!",
          greatest(0, extract(epoch from now() - min(run_at)))::float8 as "oldest!"
        from background_jobs
        "#
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(QueueDepth {
        queued: u32::try_from(row.queued).unwrap_or(u32::MAX),
        scheduled: u32::try_from(row.scheduled).unwrap_or(u32::MAX),
        running: u32::try_from(row.running).unwrap_or(u32::MAX),
        oldest_seconds: row.oldest,
    })
}

/// Acquires a due job, if any, and finds its handler. The job belongs to the user with the fewest running jobs or, among several, to
/// the user whose last turn is longest ago. Only jobs of this lane; with `None`, jobs of all lanes but webhooks, and bulk jobs first,
/// because the other lanes have their own workers.
///
/// # Errors
/// [`Error::Internal`] for a kind without a handler, such as a kind of a newer version; the job is retried after the lease.
pub(super) async fn acquire(
    conn: &mut GlobalConn,
    lease: Duration,
    registry: &Registry,
    lane: Option<Lane>,
) -> Result<Option<(Job, Arc<dyn JobHandler>)>, Error> {
    let row = query!(
        r#"
        update background_jobs
        set fencing_token = fencing_token + 1, attempts = attempts + 1, lease_until = now() + make_interval(secs => $1)
        where id = (
          select j.id from background_jobs j
          left join (
            select user_id, count(*) as jobs from background_jobs where lease_until >= now() group by user_id
          ) running on running.user_id = j.user_id
          where j.run_at <= now() and (j.lease_until is null or j.lease_until < now()) and (j.lane = $2 or $2::text is null and j.lane <> 'webhooks')
          order by array_position('{bulk,short,interactive}', j.lane), coalesce(running.jobs, 0), j.turn_at, j.run_at, j.id
          limit 1
          for update of j skip locked)
        returning id, kind, lane, tenant_id, user_id, payload_id, attempts, fencing_token
        "#,
        seconds(lease),
        lane.map(Lane::as_str),
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        let handler = registry
            .find(&r.kind)
            .ok_or_else(|| Error::Internal(format!("no handler for jobs of kind {}", r.kind)))?;
        let lane = Lane::parse(&r.lane).ok_or_else(|| Error::Internal(format!("unknown lane {}", r.lane)))?;
        let job = Job {
            id: r.id,
            kind: handler.kind().in_lane(lane),
            user: r.user_id.map(Into::into),
            tenant: r.tenant_id.map(Into::into),
            payload_id: r.payload_id,
            attempts: u32::try_from(r.attempts).unwrap_or_default(),
            fencing_token: r.fencing_token,
        };
        Ok((job, handler))
    })
    .transpose()
}

/// Locks the row until the end of the transaction. False when another worker has acquired the job.
pub(super) async fn lock(tx: &mut GlobalTx, job: &Job) -> Result<bool, Error> {
    let row = query!(
        "select 1 as locked from background_jobs where id = $1 and fencing_token = $2 for update",
        job.id,
        job.fencing_token
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// Renews the lease after a step and resets the attempts.
pub(super) async fn renew(tx: &mut GlobalTx, job: &Job, lease: Duration) -> Result<(), Error> {
    query!(
        r#"
        update background_jobs set lease_until = now() + make_interval(secs => $3), attempts = 0
        where id = $1 and fencing_token = $2
        "#,
        job.id,
        job.fencing_token,
        seconds(lease),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Releases a recurring job until its next run.
pub(super) async fn reschedule(tx: &mut GlobalTx, job: &Job, delay: Duration) -> Result<(), Error> {
    query!(
        r#"
        update background_jobs set lease_until = null, attempts = 0, run_at = now() + make_interval(secs => $3)
        where id = $1 and fencing_token = $2
        "#,
        job.id,
        job.fencing_token,
        seconds(delay),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Extends the lease, unless the last step has already released it. False when another worker has acquired the job.
pub(super) async fn heartbeat(conn: &mut GlobalConn, job: &Job, lease: Duration) -> Result<bool, Error> {
    let done = query!(
        r#"
        update background_jobs
        set lease_until = case when lease_until is not null then now() + make_interval(secs => $3) end
        where id = $1 and fencing_token = $2
        "#,
        job.id,
        job.fencing_token,
        seconds(lease),
    )
    .execute(conn.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete(tx: &mut GlobalTx, job: &Job) -> Result<(), Error> {
    query!(
        "delete from background_jobs where id = $1 and fencing_token = $2",
        job.id,
        job.fencing_token
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes the webhook jobs of these members due. A tenant without a user stands for all its members.
pub(super) async fn make_webhooks_due(
    conn: &mut GlobalConn,
    tenants: &[Uuid],
    users: &[Option<Uuid>],
) -> Result<u64, Error> {
    let done = query!(
        r#"
        update background_jobs j set run_at = now()
        from unnest($1::uuid[], $2::uuid[]) as c (tenant_id, user_id)
        where j.lane = 'webhooks' and j.tenant_id = c.tenant_id and (c.user_id is null or j.user_id = c.user_id)
          and j.run_at > now()
        "#,
        tenants,
        users as &[Option<Uuid>],
    )
    .execute(conn.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Deletes the job outside of a transaction.
pub(super) async fn discard(conn: &mut GlobalConn, job: &Job) -> Result<(), Error> {
    query!(
        "delete from background_jobs where id = $1 and fencing_token = $2",
        job.id,
        job.fencing_token
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// Releases the job; it is due again after the delay.
pub(super) async fn release(conn: &mut GlobalConn, job: &Job, delay: Duration) -> Result<(), Error> {
    query!(
        r#"
        update background_jobs set lease_until = null, run_at = now() + make_interval(secs => $3)
        where id = $1 and fencing_token = $2
        "#,
        job.id,
        job.fencing_token,
        seconds(delay),
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// Moves the waiting jobs of the job's user behind those of other users in its lane. In the webhook lane, only the job itself moves: a
/// user has a job for each endpoint, and updating all of them after each run would take quadratic time.
pub(super) async fn end_turn(conn: &mut GlobalConn, job: &Job) -> Result<(), Error> {
    query!(
        r#"
        update background_jobs set turn_at = now()
        where id in (
          select id from background_jobs
          where user_id = $1 and lane = $2 and (lane <> 'webhooks' or id = $3)
          for update skip locked)
        "#,
        job.user.map(|user| user.0),
        job.kind.lane().as_str(),
        job.id,
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// Whether a job of this lane is due and not held by a worker.
pub(super) async fn has_due_jobs(conn: &mut GlobalConn, lane: Lane) -> Result<bool, Error> {
    let row = query!(
        r#"
        select 1 as due from background_jobs
        where lane = $1 and run_at <= now() and (lease_until is null or lease_until < now())
        limit 1
        "#,
        lane.as_str(),
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.is_some())
}

/// The payload ids of all jobs.
pub(super) async fn pending_payloads(conn: &mut GlobalConn) -> Result<HashSet<Uuid>, Error> {
    let rows = query!("select payload_id from background_jobs")
        .fetch_all(conn.conn())
        .await?;
    Ok(rows.into_iter().map(|r| r.payload_id).collect())
}
