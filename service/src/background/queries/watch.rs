//! Leases of processes that wait for events.

use super::{Job, seconds};
use crate::{Error, background::JobKind, platform::db::GlobalConn};
use sqlx::query;
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;

pub async fn acquire(
    conn: &mut GlobalConn,
    kind: JobKind,
    process: Uuid,
    lease: Duration,
    limit: i64,
    per_user: i64,
) -> Result<Vec<Job>, Error> {
    let rows = query!(
        r#"
        update background_jobs
        set watched_by = $2, watched_until = now() + make_interval(secs => $3)
        where id in (
          select j.id from background_jobs j
          join (
            select id, row_number() over (partition by user_id order by watched_by is null, id) as number
            from background_jobs where kind = $1
          ) n on n.id = j.id and n.number <= $5
          where j.kind = $1 and (j.watched_until is null or j.watched_until < now())
          order by j.id
          limit $4
          for update of j skip locked)
        returning id, tenant_id, user_id, payload_id
        "#,
        kind.as_str(),
        process,
        seconds(lease),
        limit,
        per_user,
    )
    .fetch_all(conn.conn())
    .await?;
    let jobs = rows.into_iter().map(|r| Job {
        id: r.id,
        kind,
        user: r.user_id.map(Into::into),
        tenant: r.tenant_id.map(Into::into),
        payload_id: r.payload_id,
        attempts: 0,
        fencing_token: 0,
    });
    Ok(jobs.collect())
}

pub async fn renew(conn: &mut GlobalConn, process: Uuid, lease: Duration) -> Result<HashSet<Uuid>, Error> {
    let rows = query!(
        r#"
        with locked as (select id from background_jobs where watched_by = $1 order by payload_id for update)
        update background_jobs set watched_until = now() + make_interval(secs => $2)
        where id in (select id from locked)
        returning id
        "#,
        process,
        seconds(lease),
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

pub async fn list(conn: &mut GlobalConn, process: Uuid) -> Result<HashSet<Uuid>, Error> {
    let rows = query!("select id from background_jobs where watched_by = $1", process)
        .fetch_all(conn.conn())
        .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}

pub async fn end(
    conn: &mut GlobalConn,
    process: Uuid,
    job: Option<Uuid>,
    pause: Duration,
) -> Result<(), Error> {
    query!(
        r#"
        with locked as (
          select id from background_jobs where watched_by = $1 and ($2::uuid is null or id = $2) order by payload_id for update
        )
        update background_jobs set watched_by = null, watched_until = now() + make_interval(secs => $3)
        where id in (select id from locked)
        "#,
        process,
        job,
        seconds(pause),
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

pub async fn make_due(conn: &mut GlobalConn, process: Uuid, job: Uuid) -> Result<bool, Error> {
    let done = query!(
        r#"
        update background_jobs set run_at = least(run_at, now())
        where id = $2 and watched_by = $1 and (lease_until is null or lease_until < now())
        "#,
        process,
        job,
    )
    .execute(conn.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
