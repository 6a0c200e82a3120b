//! SQL for imports and their progress.

use crate::{
    Error,
    jobapps::import_csv::reader::{Dialect, TextEncoding},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    CsvImportId,
    jobapps::{BadRow, CsvColumn, CsvImport, CsvRow, DateOrder},
    mail::ImportState,
};
use serde::{Deserialize, Serialize};
use sqlx::{query, types::Json};

/// The format of a file.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(in super::super) struct FileFormat {
    pub encoding: TextEncoding,
    pub dialect: Dialect,
}

/// A new import.
#[derive(Debug)]
pub(in super::super) struct ImportRow {
    pub id: CsvImportId,
    pub dry_run: bool,
    pub file_name: String,
    pub format: FileFormat,
    pub preset: Option<String>,
    pub date_order: Option<DateOrder>,
    /// The currency of salaries without a currency.
    pub currency: Option<String>,
    pub columns: Vec<CsvColumn>,
}

impl ImportRow {
    /// The import as it is after the insert.
    pub fn into_import(self) -> CsvImport {
        CsvImport {
            id: self.id,
            state: ImportState::Running,
            dry_run: self.dry_run,
            fill_empty: false,
            file_name: self.file_name,
            preset: self.preset,
            columns: self.columns,
            rows_seen: 0,
            created: 0,
            same: 0,
            differs: 0,
            updated: 0,
            bad_rows: 0,
            bad: Vec::new(),
            warned_rows: 0,
            warnings: Vec::new(),
            currency: self.currency,
            rows_without_currency: 0,
            rows: Vec::new(),
        }
    }
}

/// A running import.
#[derive(Debug)]
pub(in super::super) struct RunningImport {
    pub dry_run: bool,
    pub fill_empty: bool,
    pub format: FileFormat,
    pub preset: Option<String>,
    pub date_order: Option<DateOrder>,
    pub currency: Option<String>,
    pub columns: Vec<CsvColumn>,
    /// Number of the last imported row.
    pub last_row: i64,
    pub created: i64,
    /// The listed rows, bad rows and warnings.
    pub rows: Vec<CsvRow>,
    pub bad: Vec<BadRow>,
    pub warnings: Vec<BadRow>,
}

/// An import whose row is locked.
#[derive(Debug)]
pub(in super::super) struct LockedImport {
    pub state: ImportState,
    pub dry_run: bool,
    pub columns: Vec<CsvColumn>,
    pub currency: Option<String>,
    pub updated_at: DateTime<Utc>,
}

/// The progress of one transaction.
#[derive(Debug, Default)]
pub(in super::super) struct Progress {
    pub last_row: i64,
    pub seen: i64,
    pub created: i64,
    pub same: i64,
    pub differs: i64,
    pub updated: i64,
    pub bad_rows: i64,
    pub bad: Vec<BadRow>,
    pub warned_rows: i64,
    pub warnings: Vec<BadRow>,
    pub rows_without_currency: i64,
    pub rows: Vec<CsvRow>,
}

fn parse_state(state: &str) -> Result<ImportState, Error> {
    ImportState::parse(state).ok_or_else(|| Error::unknown_value("import state"))
}

fn parse_order(order: Option<&str>) -> Result<Option<DateOrder>, Error> {
    order
        .map(|order| DateOrder::parse(order).ok_or_else(|| Error::unknown_value("date order")))
        .transpose()
}

pub(in super::super) async fn find_import(
    tx: &mut TenantTx,
    id: CsvImportId,
) -> Result<Option<CsvImport>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select id, state, dry_run, fill_empty, file_name, preset, columns as "columns: Json<Vec<CsvColumn>>", rows_seen, created,
          same, differs, updated, bad_rows, bad as "bad: Json<Vec<BadRow>>", warned_rows,
          warnings as "warnings: Json<Vec<BadRow>>", currency, rows_without_currency, rows as "rows: Json<Vec<CsvRow>>"
        from csv_imports
        where tenant_id = $1 and owner_id = $2 and id = $3 and state <> 'uploading'
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(CsvImport {
            id: r.id.into(),
            state: parse_state(&r.state)?,
            dry_run: r.dry_run,
            fill_empty: r.fill_empty,
            file_name: r.file_name,
            preset: r.preset,
            columns: r.columns.0,
            rows_seen: r.rows_seen,
            created: r.created,
            same: r.same,
            differs: r.differs,
            updated: r.updated,
            bad_rows: r.bad_rows,
            bad: r.bad.0,
            warned_rows: r.warned_rows,
            warnings: r.warnings.0,
            currency: r.currency,
            rows_without_currency: r.rows_without_currency,
            rows: r.rows.0,
        })
    })
    .transpose()
}

/// The progress of an import; `None` if it has ended or was deleted.
pub(in super::super) async fn find_running(
    tx: &mut TenantTx,
    id: CsvImportId,
) -> Result<Option<RunningImport>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select dry_run, fill_empty, format as "format: Json<FileFormat>", preset, date_order, currency,
          columns as "columns: Json<Vec<CsvColumn>>", last_row, created, bad as "bad: Json<Vec<BadRow>>",
          warnings as "warnings: Json<Vec<BadRow>>", rows as "rows: Json<Vec<CsvRow>>"
        from csv_imports
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'running'
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(RunningImport {
            dry_run: r.dry_run,
            fill_empty: r.fill_empty,
            format: r.format.0,
            preset: r.preset,
            date_order: parse_order(r.date_order.as_deref())?,
            currency: r.currency,
            columns: r.columns.0,
            last_row: r.last_row,
            created: r.created,
            rows: r.rows.0,
            bad: r.bad.0,
            warnings: r.warnings.0,
        })
    })
    .transpose()
}

/// Locks an import of the caller until the end of the transaction.
pub(in super::super) async fn lock_import(
    tx: &mut TenantTx,
    id: CsvImportId,
) -> Result<Option<LockedImport>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select state, dry_run, columns as "columns: Json<Vec<CsvColumn>>", currency, updated_at
        from csv_imports
        where tenant_id = $1 and owner_id = $2 and id = $3 and state <> 'uploading'
        for update
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(LockedImport {
            state: parse_state(&r.state)?,
            dry_run: r.dry_run,
            columns: r.columns.0,
            currency: r.currency,
            updated_at: r.updated_at,
        })
    })
    .transpose()
}

/// Restarts an import and clears its results.
pub(in super::super) async fn restart(
    tx: &mut TenantTx,
    id: CsvImportId,
    dry_run: bool,
    fill_empty: bool,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update csv_imports
        set state = 'running', dry_run = $4, fill_empty = $5, last_row = 0, rows_seen = 0, created = 0, same = 0, differs = 0,
          updated = 0, bad_rows = 0, bad = '[]', warned_rows = 0, warnings = '[]', rows_without_currency = 0,
          rows = '[]', updated_at = $6
        where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        dry_run,
        fill_empty,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets the fields of the columns, and the currency of salaries without a currency.
pub(in super::super) async fn set_columns(
    tx: &mut TenantTx,
    id: CsvImportId,
    columns: &[CsvColumn],
    date_order: Option<DateOrder>,
    currency: Option<&str>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update csv_imports set columns = $4, date_order = $5, currency = $6
        where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        Json(columns) as _,
        date_order.map(DateOrder::as_str),
        currency,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds to the progress of a running import. Returns false if it has ended; the caller's transaction must then change nothing.
pub(in super::super) async fn add_progress(
    tx: &mut TenantTx,
    id: CsvImportId,
    progress: &Progress,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update csv_imports
        set last_row = $4, rows_seen = rows_seen + $5, created = created + $6, same = same + $7, differs = differs + $8,
          updated = updated + $9, bad_rows = bad_rows + $10, bad = bad || $11, rows = rows || $12, updated_at = $13,
          warned_rows = warned_rows + $14, warnings = warnings || $15, rows_without_currency = rows_without_currency + $16
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'running'
        "#,
        tenant.0,
        user.0,
        id.0,
        progress.last_row,
        progress.seen,
        progress.created,
        progress.same,
        progress.differs,
        progress.updated,
        progress.bad_rows,
        Json(&progress.bad) as _,
        Json(&progress.rows) as _,
        now,
        progress.warned_rows,
        Json(&progress.warnings) as _,
        progress.rows_without_currency,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a running import. Values from the file are kept only while a preview needs them.
pub(in super::super) async fn end_import(
    tx: &mut TenantTx,
    id: CsvImportId,
    state: ImportState,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update csv_imports set state = $4, updated_at = $5
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'running'
        "#,
        tenant.0,
        user.0,
        id.0,
        state.as_str(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Discards a preview that was not applied in time, including all values from its file.
pub(in super::super) async fn discard(
    tx: &mut TenantTx,
    id: CsvImportId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update csv_imports set state = 'cancelled', columns = '[]', bad = '[]', warnings = '[]', rows = '[]', updated_at = $4
        where tenant_id = $1 and owner_id = $2 and id = $3 and dry_run and state = 'done'
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
