//! SQL for uploads, from the reservation to the start of the import.

use super::ImportRow;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{CsvImportId, jobapps::DateOrder};
use sqlx::{query, types::Json};

/// Deletes uploads that were not finished in time, and old results.
pub(in super::super) async fn delete_old(
    tx: &mut TenantTx,
    uploads_before: DateTime<Utc>,
    results_before: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        delete from csv_imports
        where tenant_id = $1 and owner_id = $2
          and ((state = 'uploading' and created_at < $3) or (state <> 'running' and created_at < $4))
        "#,
        tenant.0,
        user.0,
        uploads_before,
        results_before,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The user's imports that are being uploaded or running.
pub(in super::super) async fn count_open(tx: &mut TenantTx) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select count(*) as "count!" from csv_imports
        where tenant_id = $1 and owner_id = $2 and state in ('uploading', 'running')
        "#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.count)
}

/// Reserves a slot for a new upload.
pub(in super::super) async fn insert_upload(
    tx: &mut TenantTx,
    id: CsvImportId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into csv_imports
          (tenant_id, id, owner_id, state, dry_run, file_name, format, columns, created_at, updated_at)
        values ($1, $2, $3, 'uploading', true, '', '{}', '[]', $4, $4)
        "#,
        tenant.0,
        id.0,
        user.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Releases the slot of an upload that was aborted.
pub(in super::super) async fn delete_upload(tx: &mut TenantTx, id: CsvImportId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from csv_imports where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'uploading'",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Turns an upload into a running import. Returns false if its reservation was lost.
pub(in super::super) async fn start_import(
    tx: &mut TenantTx,
    row: &ImportRow,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update csv_imports
        set state = 'running', dry_run = $4, file_name = $5, format = $6, preset = $7, date_order = $8, columns = $9, updated_at = $10,
          currency = $11
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'uploading'
        "#,
        tenant.0,
        user.0,
        row.id.0,
        row.dry_run,
        row.file_name,
        Json(row.format) as _,
        row.preset,
        row.date_order.map(DateOrder::as_str),
        Json(&row.columns) as _,
        now,
        row.currency,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
