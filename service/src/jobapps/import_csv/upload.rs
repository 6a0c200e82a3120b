//! Accepts a CSV file. It is written to disk under a generated name, and deleted if the upload is aborted.

use super::{
    FILE_NAME,
    import_job::ImportCsv,
    queries::{self, FileFormat, ImportRow},
    reader::{HEAD_BYTES, Utf8Check, read_head},
    values::detect,
};
use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, Grant, permit},
    idempotency::{self, Claim, IdempotentRequest},
    platform::db::{CountedObject, TenantTx},
    uploads::{
        MAX_OPEN_IMPORTS, MAX_REPLAYS, Reservation, UploadDir, check_free_space, display_name, storage_error,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ApiError, CsvImportId, ErrorCode, FieldCode,
    jobapps::{CsvField, CsvImport, DateOrder, apply_mapping, file_currency, has_name},
    normalize::is_visible,
    tenants::Action,
};
use futures_util::FutureExt as _;
use std::collections::BTreeMap;
use tokio::{
    fs::File,
    io::{AsyncWriteExt as _, BufWriter},
};

/// Maximum size of a file.
pub const MAX_CSV_BYTES: u64 = 256 * 1024 * 1024;
/// Maximum duration of an upload.
const UPLOAD_TTL: TimeDelta = TimeDelta::minutes(10);
/// How long results of imports are kept.
const RESULT_TTL: TimeDelta = TimeDelta::days(30);
/// The free space is checked each time this number of bytes has been received.
const CHECK_INTERVAL_BYTES: u64 = 16 * 1024 * 1024;

/// An upload in progress. If it is dropped before [`finish`](Self::finish), its file is deleted.
pub struct CsvUpload<'a> {
    services: &'a Services,
    grant: Grant,
    id: CsvImportId,
    dir: UploadDir,
    file: BufWriter<File>,
    /// The beginning of the file.
    head: Vec<u8>,
    utf8: Utf8Check,
    bytes: u64,
    file_name: Option<String>,
    mapping: Option<BTreeMap<String, Option<CsvField>>>,
    date_order: Option<DateOrder>,
    currency: Option<String>,
    dry_run: bool,
    reservation: Reservation,
    request: Option<&'a IdempotentRequest>,
}

/// Begins an upload. A repeated idempotent request must have the same content, and returns the first import.
///
/// # Errors
/// `forbidden`; `rate_limited` while five CSV imports of the user are being uploaded or running; `unavailable` if the disk is
/// almost full.
pub async fn begin_csv_import<'a>(
    services: &'a Services,
    caller: &Caller,
    request: Option<&'a IdempotentRequest>,
) -> Result<CsvUpload<'a>, Error> {
    let grant = permit(caller, Action::WriteApplications)?;
    check_free_space(services)?;
    let id: CsvImportId = services.id();
    reserve(services, grant, id, request).await?;
    let reservation = Reservation::new(services, grant, id.0, |tx, id| {
        queries::delete_upload(tx, id.into()).boxed()
    });
    let dir = UploadDir::create(services, id.0).await?;
    let file = dir.create_file(FILE_NAME).await?;
    Ok(CsvUpload {
        services,
        grant,
        id,
        dir,
        file,
        head: Vec::new(),
        utf8: Utf8Check::default(),
        bytes: 0,
        file_name: None,
        mapping: None,
        date_order: None,
        currency: None,
        dry_run: false,
        reservation,
        request,
    })
}

/// Reserves a slot in the database, so that all servers share the same count.
async fn reserve(
    services: &Services,
    grant: Grant,
    id: CsvImportId,
    request: Option<&IdempotentRequest>,
) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services.db.begin(grant).await?;
    tx.lock_objects(CountedObject::CsvImports).await?;
    queries::delete_old(&mut tx, now - UPLOAD_TTL, now - RESULT_TTL).await?;
    let is_replay = idempotency::is_stored(&mut tx, grant, request, now).await?;
    let max = MAX_OPEN_IMPORTS + if is_replay { MAX_REPLAYS } else { 0 };
    if queries::count_open(&mut tx).await? >= max {
        return Err(Error::retry_later(
            ErrorCode::RateLimited,
            "Five CSV files are being imported. Wait until one of them has finished.",
            10,
        ));
    }
    queries::insert_upload(&mut tx, id, now).await?;
    tx.commit().await
}

impl<'a> CsvUpload<'a> {
    /// Whether the import only previews what it would change.
    pub fn set_dry_run(&mut self, dry_run: bool) {
        self.dry_run = dry_run;
        self.fingerprint("dry_run", if dry_run { b"true" } else { b"false" });
    }

    /// Sets the mapping of columns to fields, as a JSON object.
    ///
    /// # Errors
    /// `invalid` unless it is an object of column names and fields.
    pub fn set_mapping(&mut self, json: &[u8]) -> Result<(), Error> {
        self.fingerprint("mapping", json);
        let mapping = serde_json::from_slice(json).map_err(|_| {
            let detail = "Send a JSON object with the names of columns and their fields, such as {\"Firm\": \"company\"}.";
            ApiError::field("mapping", FieldCode::InvalidFormat, detail)
        })?;
        self.mapping = Some(mapping);
        Ok(())
    }

    /// Sets the order of day and month in dates such as `3/4/2026`.
    ///
    /// # Errors
    /// `invalid` for an unknown order.
    pub fn set_date_order(&mut self, order: &[u8]) -> Result<(), Error> {
        self.fingerprint("date_order", order);
        let order = std::str::from_utf8(order).unwrap_or_default();
        self.date_order = match order {
            "" => None,
            order => Some(DateOrder::parse(order).ok_or_else(|| {
                let detail = "Send day_first or month_first.";
                ApiError::field("date_order", FieldCode::InvalidFormat, detail)
            })?),
        };
        Ok(())
    }

    /// The currency of salaries without a currency.
    ///
    /// # Errors
    /// `invalid` unless it is empty or an ISO 4217 code.
    pub fn set_currency(&mut self, currency: &[u8]) -> Result<(), Error> {
        self.fingerprint("currency", currency);
        self.currency = file_currency(&String::from_utf8_lossy(currency))?;
        Ok(())
    }

    /// Starts the file. `name` is its name on the user's computer.
    ///
    /// # Errors
    /// `invalid` for a second file.
    pub fn start_file(&mut self, name: &str) -> Result<(), Error> {
        if self.file_name.is_some() {
            let detail = "Send one file at a time.";
            return Err(ApiError::field("file", FieldCode::Conflicting, detail).into());
        }
        self.file_name = Some(display_name(name));
        self.fingerprint("file", name.as_bytes());
        Ok(())
    }

    /// Appends bytes to the file.
    ///
    /// # Errors
    /// `payload_too_large` beyond [`MAX_CSV_BYTES`]; `unavailable` if the disk is almost full.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let before = self.bytes;
        self.bytes = before.saturating_add(chunk.len() as u64);
        if self.bytes > MAX_CSV_BYTES {
            let detail = "A CSV file can have up to 256 MiB. Split it.";
            return Err(Error::api(ErrorCode::PayloadTooLarge, detail));
        }
        if before / CHECK_INTERVAL_BYTES != self.bytes / CHECK_INTERVAL_BYTES {
            check_free_space(self.services)?;
        }
        let missing = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(chunk.get(..missing).unwrap_or(chunk));
        self.utf8.push(chunk);
        if let Some(request) = self.request {
            request.update(chunk);
        }
        self.file.write_all(chunk).await.map_err(|e| storage_error(&e))
    }

    /// Adds a field to the fingerprint of the request. A byte that never occurs in UTF-8 ends its name and begins its value.
    fn fingerprint(&self, name: &str, value: &[u8]) {
        if let Some(request) = self.request {
            request.update(&[0xff]);
            request.update(name.as_bytes());
            request.update(&[0xff]);
            request.update(value);
            request.update(&[0xff]);
        }
    }

    /// Creates the import and enqueues its job, in one transaction.
    ///
    /// # Errors
    /// `invalid` without a file, for a file that is not CSV, or for a mapping that does not fit it; `request_timeout` if the upload
    /// took too long; `unavailable` if the disk is full.
    pub async fn finish(mut self) -> Result<CsvImport, Error> {
        self.file.flush().await.map_err(|e| storage_error(&e))?;
        self.file
            .get_ref()
            .sync_all()
            .await
            .map_err(|e| storage_error(&e))?;
        if let Some(request) = self.request {
            request.finish();
        }
        let row = self.import_row()?;
        let mut tx = match self.enqueue_job().await? {
            Claim::New(tx) => tx,
            Claim::Replay(import) => return Ok(import),
        };
        let created = self.create(&mut tx, row).await;
        // Set before the commit: if the response to the commit is lost, the import may exist.
        self.dir.is_persisted = created.is_ok();
        self.reservation.is_used = created.is_ok();
        let import = tx.commit(created).await?;
        background::wake();
        Ok(import)
    }

    fn import_row(&mut self) -> Result<ImportRow, Error> {
        let invalid = |detail: &str| ApiError::field("file", FieldCode::InvalidFormat, detail);
        // A browser sends a file without name and content if the user chose none.
        let name = self
            .file_name
            .take()
            .filter(|name| self.bytes > 0 || !name.is_empty());
        let Some(mut file_name) = name else {
            return Err(ApiError::field("file", FieldCode::Required, "Choose a CSV file.").into());
        };
        if !is_visible(&file_name) {
            file_name = "unnamed file".into();
        }
        let head = read_head(&self.head, self.utf8.is_utf8()).map_err(|error| invalid(&error.detail()))?;
        let mut columns = head.columns;
        let preset = detect(&mut columns);
        if let Some(mapping) = &self.mapping {
            apply_mapping(&mut columns, mapping)?;
        } else if !self.dry_run && !has_name(columns.iter().map(|column| column.field)) {
            let detail = "No column was recognized as company or job title. Choose the field of each column.";
            return Err(ApiError::field("mapping", FieldCode::Required, detail).into());
        }
        Ok(ImportRow {
            id: self.id,
            dry_run: self.dry_run,
            file_name,
            format: FileFormat {
                encoding: head.encoding,
                dialect: head.dialect,
            },
            preset: preset.map(|preset| preset.name.clone()),
            date_order: self.date_order,
            currency: self.currency.take(),
            columns,
        })
    }

    async fn create(&self, tx: &mut TenantTx, mut row: ImportRow) -> Result<CsvImport, Error> {
        let now: DateTime<Utc> = self.services.clock.now();
        // A preview assumes a currency, and shows this assumption to the user.
        if row.dry_run && row.currency.is_none() {
            row.currency = queries::find_last_currency(tx).await?;
        }
        if !queries::start_import(tx, &row, now).await? {
            return Err(Error::api(
                ErrorCode::RequestTimeout,
                "The upload did not arrive in time. Please send it again.",
            ));
        }
        Ok(row.into_import())
    }

    /// Begins the transaction of the import: enqueues the job and claims the idempotency key.
    async fn enqueue_job(&self) -> Result<Claim<'a, CsvImport>, Error> {
        let (services, grant) = (self.services, self.grant);
        let mut tx = services.db.begin_global_for(grant.user()).await?;
        let kind = ImportCsv::kind_for(self.bytes);
        Job::enqueue_for(services, &mut tx, grant, kind, self.id.0).await?;
        idempotency::begin_in(services, tx, grant, self.request).await
    }
}
