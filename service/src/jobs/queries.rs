//! SQL about background work. The table is global; leases are judged by the clock of the database, which all servers
//! share.

use super::{Job, Kind};
use crate::{
    Error,
    db::{SystemConn, SystemTx},
};
use chrono::{DateTime, Utc};
use domain::UserId;
use sqlx::query;
use std::time::Duration;
use uuid::Uuid;

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

pub(super) async fn insert(tx: &mut SystemTx, job: &Job, now: DateTime<Utc>) -> Result<(), Error> {
    query!(
        r#"
        insert into job (id, kind, workspace_id, person_id, subject_id, run_at, created_at)
        values ($1, $2, $3, $4, $5, now(), $6)
        on conflict (kind, subject_id) do update set run_at = least(job.run_at, excluded.run_at), attempts = 0
        "#,
        job.id,
        job.kind.as_str(),
        job.tenant.map(|t| t.0),
        job.user.map(|u| u.0),
        job.subject,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How much work there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backlog {
    /// Work that is due and nobody holds.
    pub queued: u32,
    /// Work that comes later: again, or for the next time.
    pub later: u32,
    /// Work that somebody holds.
    pub running: u32,
    /// How long the oldest has been due; 0 when none is.
    pub oldest_seconds: f64,
}

pub(super) async fn backlog(conn: &mut SystemConn) -> Result<Backlog, Error> {
    let row = query!(
        r#"
        select count(*) filter (where (lease_until is null or lease_until < now()) and run_at <= now()) as "queued!",
          count(*) filter (where (lease_until is null or lease_until < now()) and run_at > now()) as "later!",
          count(*) filter (where lease_until >= now()) as "running!",
          greatest(0, extract(epoch from now() - min(run_at)))::float8 as "oldest!"
        from job
        "#
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(Backlog {
        queued: u32::try_from(row.queued).unwrap_or(u32::MAX),
        later: u32::try_from(row.later).unwrap_or(u32::MAX),
        running: u32::try_from(row.running).unwrap_or(u32::MAX),
        oldest_seconds: row.oldest,
    })
}

/// Takes the work that has waited longest, if there is any that nobody holds.
pub(super) async fn take(conn: &mut SystemConn, lease: Duration) -> Result<Option<Job>, Error> {
    let row = query!(
        r#"
        update job set token = token + 1, attempts = attempts + 1, lease_until = now() + make_interval(secs => $1)
        where id = (
          select id from job
          where run_at <= now() and (lease_until is null or lease_until < now())
          order by run_at, id
          limit 1
          for update skip locked)
        returning id, kind, workspace_id, person_id, subject_id, attempts, token
        "#,
        seconds(lease),
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        let kind = Kind::parse(&r.kind).ok_or_else(|| {
            Error::Internal("the database holds a kind of work that this build does not know".into())
        })?;
        Ok(Job {
            id: r.id,
            kind,
            user: r.person_id.map(Into::into),
            tenant: r.workspace_id.map(Into::into),
            subject: r.subject_id,
            attempts: r.attempts,
            token: r.token,
        })
    })
    .transpose()
}

/// Holds the row until the end of the transaction. False when somebody else took the work.
pub(super) async fn hold(tx: &mut SystemTx, job: &Job) -> Result<bool, Error> {
    let row = query!(
        "select 1 as held from job where id = $1 and token = $2 for update",
        job.id,
        job.token
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// A step is made: the lease begins anew and failures before it are forgotten.
pub(super) async fn renew(tx: &mut SystemTx, job: &Job, lease: Duration) -> Result<(), Error> {
    query!(
        "update job set lease_until = now() + make_interval(secs => $3), attempts = 0 where id = $1 and token = $2",
        job.id,
        job.token,
        seconds(lease),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The work is done for now and comes again after this time.
pub(super) async fn rest(tx: &mut SystemTx, job: &Job, wait: Duration) -> Result<(), Error> {
    query!(
        r#"
        update job set lease_until = null, attempts = 0, run_at = now() + make_interval(secs => $3)
        where id = $1 and token = $2
        "#,
        job.id,
        job.token,
        seconds(wait),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A sign of life without a step. False when somebody else took the work.
pub(super) async fn beat(conn: &mut SystemConn, job: &Job, lease: Duration) -> Result<bool, Error> {
    let done = query!(
        "update job set lease_until = now() + make_interval(secs => $3) where id = $1 and token = $2",
        job.id,
        job.token,
        seconds(lease),
    )
    .execute(conn.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete(tx: &mut SystemTx, job: &Job) -> Result<(), Error> {
    query!("delete from job where id = $1 and token = $2", job.id, job.token)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Drops the work itself, such as that of a person who is gone.
pub(super) async fn drop(conn: &mut SystemConn, job: &Job) -> Result<(), Error> {
    query!("delete from job where id = $1 and token = $2", job.id, job.token)
        .execute(conn.conn())
        .await?;
    Ok(())
}

/// Gives the work back, behind what waits already.
pub(super) async fn give_back(conn: &mut SystemConn, job: &Job, wait: Duration) -> Result<(), Error> {
    query!(
        "update job set lease_until = null, run_at = now() + make_interval(secs => $3) where id = $1 and token = $2",
        job.id,
        job.token,
        seconds(wait),
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}

/// Whether other work waits.
pub(super) async fn others_wait(conn: &mut SystemConn) -> Result<bool, Error> {
    let row = query!(
        "select 1 as waits from job where run_at <= now() and (lease_until is null or lease_until < now()) limit 1",
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.is_some())
}

/// What all work is about that is still to be done.
pub(crate) async fn subjects(conn: &mut SystemConn) -> Result<Vec<Uuid>, Error> {
    let rows = query!("select subject_id from job")
        .fetch_all(conn.conn())
        .await?;
    Ok(rows.into_iter().map(|r| r.subject_id).collect())
}

/// Drops all work for a person; gives the subjects of that kind.
pub(crate) async fn drop_all_of(tx: &mut SystemTx, user: UserId, kind: Kind) -> Result<Vec<Uuid>, Error> {
    let rows = query!(
        "delete from job where person_id = $1 returning kind, subject_id",
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    let wanted = rows.into_iter().filter(|r| r.kind == kind.as_str());
    Ok(wanted.map(|r| r.subject_id).collect())
}
