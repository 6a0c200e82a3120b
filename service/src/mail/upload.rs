//! Accepts uploaded files. They are written to disk under generated names, and deleted if the upload is aborted.

use super::{
    import_job::ImportMail,
    queries::{
        imports::{self, StoredFile},
        messages,
    },
};
use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, Grant, permit},
    idempotency::{self, Claim, IdempotentRequest},
    platform::{
        db::TenantTx,
        files::sync_file_system,
        storage_limits::{LimitScope, count, limit_error},
    },
    uploads::{
        MAX_OPEN_IMPORTS, MAX_REPLAYS, Reservation, UploadDir, check_free_space, display_name, storage_error,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ApiError, ErrorCode, FieldCode, ImportId,
    mail::{Import, ImportState},
    normalize::is_visible,
    tenants::Action,
};
use futures_util::FutureExt as _;
use tokio::{
    fs::File,
    io::{AsyncWriteExt as _, BufWriter},
};

/// Maximum total size of the files of an upload.
pub const MAX_UPLOAD_BYTES: u64 = 1024 * 1024 * 1024;
/// Maximum number of files of an upload.
pub const MAX_UPLOAD_FILES: usize = 5_000;
/// The reservation is renewed, and the free space checked, after this time or number of bytes.
const RENEWAL_INTERVAL: TimeDelta = TimeDelta::seconds(15);
const RENEWAL_BYTES: u64 = 32 * 1024 * 1024;
/// An upload that was not renewed for this time has lost its slot.
const UPLOAD_TTL: TimeDelta = TimeDelta::minutes(2);

/// An upload in progress. If it is dropped before [`finish`](Self::finish), its files are deleted.
pub struct Upload<'a> {
    services: &'a Services,
    grant: Grant,
    id: ImportId,
    dir: UploadDir,
    files: Vec<StoredFile>,
    current: Option<BufWriter<File>>,
    bytes: u64,
    /// When the reservation was last renewed, and the number of bytes received by then.
    renewed: (DateTime<Utc>, u64),
    reservation: Reservation,
    request: Option<&'a IdempotentRequest>,
    dry_run: bool,
}

/// Begins an upload. A repeated idempotent request must have the same file names and contents, and returns the first import.
///
/// # Errors
/// `forbidden`; `rate_limited` while five imports of the user are being uploaded, queued or running; `conflict` if the user has
/// the maximum number of messages; `unavailable` if the disk is almost full.
pub async fn begin_import<'a>(
    services: &'a Services,
    caller: &Caller,
    request: Option<&'a IdempotentRequest>,
) -> Result<Upload<'a>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    check_free_space(services)?;
    let id: ImportId = services.id();
    let now = services.clock.now();
    reserve(services, grant, id, request, now).await?;
    let reservation = Reservation::new(services, grant, id.0, |tx, id| {
        imports::delete_upload(tx, id.into()).boxed()
    });
    Ok(Upload {
        services,
        grant,
        id,
        dir: UploadDir::create(services, id.0).await?,
        files: Vec::new(),
        current: None,
        bytes: 0,
        renewed: (now, 0),
        reservation,
        request,
        dry_run: false,
    })
}

/// Reserves a slot in the database, so that all servers share the same count.
async fn reserve(
    services: &Services,
    grant: Grant,
    id: ImportId,
    request: Option<&IdempotentRequest>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut tx = services.db.begin(grant).await?;
    // This locks the row of the mailbox, so that the imports of a user are counted and inserted one after another.
    let mailbox = imports::upsert_upload_mailbox(&mut tx, services.id(), now).await?;
    imports::delete_stale_uploads(&mut tx, now - UPLOAD_TTL).await?;
    let is_replay = idempotency::is_stored(&mut tx, grant, request, now).await?;
    let max = MAX_OPEN_IMPORTS + if is_replay { MAX_REPLAYS } else { 0 };
    if imports::count_open(&mut tx, id).await?.count >= max {
        return Err(too_many_imports());
    }
    let max_messages = services.storage_limits.max_messages;
    if !is_replay && messages::count(&mut tx, max_messages).await? >= max_messages {
        let limit = count(max_messages, "emails");
        let advice = "Disconnect a mailbox first.";
        return Err(limit_error(LimitScope::User, &limit, advice));
    }
    imports::insert_upload(&mut tx, id, mailbox, now).await?;
    tx.commit().await
}

impl<'a> Upload<'a> {
    /// Whether the import only previews what it would change.
    pub fn set_dry_run(&mut self, dry_run: bool) {
        self.dry_run = dry_run;
        if let Some(request) = self.request
            && dry_run
        {
            request.update(b"dry_run\xff");
        }
    }

    /// Starts the next file. `name` is its name on the user's computer.
    ///
    /// # Errors
    /// `payload_too_large` for more than [`MAX_UPLOAD_FILES`]; `unavailable` if the disk is full.
    pub async fn start_file(&mut self, name: &str) -> Result<(), Error> {
        self.close_file().await?;
        if self.files.len() >= MAX_UPLOAD_FILES {
            return Err(too_large(
                "Upload at most 5,000 files at once, or a .zip file of them.",
            ));
        }
        let path = format!("{}.mail", self.files.len());
        self.current = Some(self.dir.create_file(&path).await?);
        if let Some(request) = self.request {
            // The offset, the name, and a byte that never occurs in UTF-8, so that the fingerprint includes the file boundaries.
            request.update(&self.bytes.to_le_bytes());
            request.update(name.as_bytes());
            request.update(&[0xff]);
        }
        self.files.push(StoredFile {
            name: display_name(name),
            path,
            bytes: 0,
        });
        Ok(())
    }

    /// Appends bytes to the current file.
    ///
    /// # Errors
    /// `payload_too_large` beyond [`MAX_UPLOAD_BYTES`]; `rate_limited` if all open imports of the user are too
    /// large; `unavailable` if the disk is almost full.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(length);
        if self.bytes > MAX_UPLOAD_BYTES {
            return Err(too_large(
                "Send at most 1 GB at once. Split the mailbox, or export only the folders with applications.",
            ));
        }
        let (Some(current), Some(file)) = (self.current.as_mut(), self.files.last_mut()) else {
            return Err(Error::Internal("upload: bytes without a file".into()));
        };
        file.bytes += length;
        if let Some(request) = self.request {
            request.update(chunk);
        }
        current.write_all(chunk).await.map_err(|e| storage_error(&e))?;
        self.renew_if_due().await
    }

    async fn renew_if_due(&mut self) -> Result<(), Error> {
        let now = self.services.clock.now();
        let (at, bytes) = self.renewed;
        if now - at < RENEWAL_INTERVAL && self.bytes - bytes < RENEWAL_BYTES {
            return Ok(());
        }
        self.renewed = (now, self.bytes);
        if let Some(current) = self.current.as_mut() {
            // This also updates the modification time, which shows the cleanup of files that the upload is active.
            current.flush().await.map_err(|e| storage_error(&e))?;
        }
        check_free_space(self.services)?;
        let mut tx = self.services.db.begin(self.grant).await?;
        let is_reserved = imports::renew_upload(&mut tx, self.id, self.bytes, now).await?;
        let open = imports::count_open(&mut tx, self.id).await?;
        tx.commit().await?;
        if !is_reserved {
            return Err(Error::api(
                ErrorCode::RequestTimeout,
                "The upload did not arrive in time. Please send it again.",
            ));
        }
        let open_bytes = u64::try_from(open.bytes).unwrap_or_default();
        if open_bytes.saturating_add(self.bytes) > self.services.storage_limits.max_open_bytes {
            return Err(Error::retry_later(
                ErrorCode::RateLimited,
                "Your running imports have 2 GB already. Wait until one of them has finished.",
                30,
            ));
        }
        Ok(())
    }

    /// Creates the import and enqueues its job, in one transaction.
    ///
    /// # Errors
    /// `invalid` if there is no file; `rate_limited`; `unavailable` if the disk is full.
    pub async fn finish(mut self) -> Result<Import, Error> {
        self.close_file().await?;
        sync_file_system(&self.dir.path)
            .await
            .map_err(|e| storage_error(&e))?;
        if let Some(request) = self.request {
            request.finish();
        }
        // A browser sends one file without name and content if the user chose none.
        self.files.retain(|f| f.bytes > 0 || !f.name.is_empty());
        if self.files.is_empty() {
            return Err(ApiError::field(
                "file",
                FieldCode::Required,
                "Choose at least one .mbox, .eml or .zip file.",
            )
            .into());
        }
        for file in &mut self.files {
            if !is_visible(&file.name) {
                file.name = "unnamed file".into();
            }
        }
        let now = self.services.clock.now();
        let mut tx = match self.enqueue_job().await? {
            Claim::New(tx) => tx,
            Claim::Replay(import) => return Ok(import),
        };
        let inserted = self.insert_import(&mut tx, now).await;
        // Set before the commit: if the response to the commit is lost, the import may exist.
        self.dir.is_persisted = inserted.is_ok();
        self.reservation.is_used = inserted.is_ok();
        let import = tx.commit(inserted).await?;
        background::wake();
        Ok(import)
    }

    async fn insert_import(&self, tx: &mut TenantTx, now: DateTime<Utc>) -> Result<Import, Error> {
        // The imports are counted again, because the reservation may have been lost, or made for a replay.
        let mailbox = imports::upsert_upload_mailbox(tx, self.services.id(), now).await?;
        if imports::count_open(tx, self.id).await?.count >= MAX_OPEN_IMPORTS {
            return Err(too_many_imports());
        }
        imports::insert_import(tx, self.id, mailbox, &self.files, self.dry_run, now).await?;
        Ok(Import {
            id: self.id,
            state: ImportState::Running,
            dry_run: self.dry_run,
            messages_seen: 0,
            applications_created: 0,
            applications_updated: 0,
            mails_ignored: 0,
            mails_in_review: 0,
            errors: Vec::new(),
        })
    }

    /// Begins the transaction of the import: enqueues the job and claims the idempotency key.
    async fn enqueue_job(&self) -> Result<Claim<'a, Import>, Error> {
        let (services, grant) = (self.services, self.grant);
        let mut tx = services.db.begin_global_for(grant.user()).await?;
        Job::enqueue_for(
            services,
            &mut tx,
            grant,
            ImportMail::kind_for(self.bytes),
            self.id.0,
        )
        .await?;
        idempotency::begin_in(services, tx, grant, self.request).await
    }

    async fn close_file(&mut self) -> Result<(), Error> {
        let Some(mut file) = self.current.take() else {
            return Ok(());
        };
        let result = async {
            // The files are synced together at the end of the upload.
            file.flush().await?;
            file.get_mut().flush().await
        };
        result.await.map_err(|e| storage_error(&e))
    }
}

fn too_many_imports() -> Error {
    Error::retry_later(
        ErrorCode::RateLimited,
        "Five imports are running, or wait for you to apply or discard their preview. Finish one of them first.",
        30,
    )
}

fn too_large(detail: &str) -> Error {
    Error::api(ErrorCode::PayloadTooLarge, detail)
}
