//! SQL that interrupts, resumes and cancels the jobs of users and tenants.

use crate::{Error, background::JobKind, platform::db::GlobalTx};
use domain::{TenantId, UserId};
use sqlx::query;
use uuid::Uuid;

/// Ends the leases that workers and watching processes hold on the user's jobs of these kinds. Waits for the current steps of the jobs.
pub async fn interrupt_for_user(tx: &mut GlobalTx, user: UserId, kinds: &[JobKind]) -> Result<(), Error> {
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    query!(
        r#"
        with locked as (
          select id from background_jobs where user_id = $1 and kind = any ($2) order by payload_id for update)
        update background_jobs
        set fencing_token = fencing_token + 1, lease_until = null, run_at = now(), watched_by = null, watched_until = null
        where id in (select id from locked)
        "#,
        user.0,
        &kinds,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes the user's jobs of these kinds due, and lets processes watch them again.
pub async fn resume_for_user(tx: &mut GlobalTx, user: UserId, kinds: &[JobKind]) -> Result<(), Error> {
    let kinds: Vec<String> = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    query!(
        r#"
        with locked as (
          select id from background_jobs where user_id = $1 and kind = any ($2) order by payload_id for update)
        update background_jobs set run_at = least(run_at, now()), watched_until = null
        where id in (select id from locked)
        "#,
        user.0,
        &kinds,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes all jobs of a user and returns the payload ids of the jobs of this kind. Waits for the current steps of the jobs. All
/// transactions that change several jobs lock them in the order of their payload ids.
pub async fn cancel_for_user(tx: &mut GlobalTx, user: UserId, kind: JobKind) -> Result<Vec<Uuid>, Error> {
    let rows = query!(
        r#"
        with locked as (select id from background_jobs where user_id = $1 order by payload_id for update)
        delete from background_jobs where id in (select id from locked) returning kind, payload_id
        "#,
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    let matching = rows.into_iter().filter(|r| r.kind == kind.as_str());
    Ok(matching.map(|r| r.payload_id).collect())
}

/// Deletes the job of this kind with this payload.
pub async fn cancel(tx: &mut GlobalTx, kind: JobKind, payload_id: Uuid) -> Result<(), Error> {
    query!(
        "delete from background_jobs where kind = $1 and payload_id = $2",
        kind.as_str(),
        payload_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// As [`cancel_for_user`], except for jobs that another transaction has locked.
pub async fn cancel_unlocked_for_user(
    tx: &mut GlobalTx,
    user: UserId,
    kind: JobKind,
) -> Result<Vec<Uuid>, Error> {
    let rows = query!(
        r#"
        with locked as (select id from background_jobs where user_id = $1 for update skip locked)
        delete from background_jobs where id in (select id from locked) returning kind, payload_id
        "#,
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    let matching = rows.into_iter().filter(|r| r.kind == kind.as_str());
    Ok(matching.map(|r| r.payload_id).collect())
}

/// Deletes all jobs of a tenant, or those of one of its members. Waits for the current steps of the jobs, in the order of
/// [`cancel_for_user`].
pub async fn cancel_in_tenant(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: Option<UserId>,
) -> Result<Vec<(String, Uuid)>, Error> {
    let rows = query!(
        r#"
        with locked as (
          select id from background_jobs where tenant_id = $1 and ($2::uuid is null or user_id = $2)
          order by payload_id for update)
        delete from background_jobs where id in (select id from locked) returning kind, payload_id
        "#,
        tenant.0,
        user.map(|u| u.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.kind, r.payload_id)).collect())
}

/// As [`cancel_in_tenant`], except for jobs that another transaction has locked.
pub async fn cancel_unlocked_in_tenant(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: Option<UserId>,
) -> Result<Vec<(String, Uuid)>, Error> {
    let rows = query!(
        r#"
        with locked as (
          select id from background_jobs where tenant_id = $1 and ($2::uuid is null or user_id = $2)
          for update skip locked)
        delete from background_jobs where id in (select id from locked) returning kind, payload_id
        "#,
        tenant.0,
        user.map(|u| u.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.kind, r.payload_id)).collect())
}
