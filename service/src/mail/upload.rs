//! Accepts uploaded files. They are written to disk under generated names, and deleted if the upload is aborted.

use super::{
    import_job::ImportMail,
    queries::imports::{self, StoredFile},
    upload_dir,
};
use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, Grant, permit},
    idempotency::{self, Claim, IdempotentRequest},
    platform::{
        db::TenantTx,
        files::{create_private_dir, create_private_file},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    ApiError, ErrorCode, FieldCode, ImportId,
    mail::{Import, ImportState},
    tenants::Action,
};
use std::path::PathBuf;
use tokio::{
    fs::File,
    io::{AsyncWriteExt as _, BufWriter},
};

/// Maximum size of an upload, all files together.
pub const MAX_UPLOAD_BYTES: u64 = 1024 * 1024 * 1024;
/// Maximum number of files of an upload.
pub const MAX_UPLOAD_FILES: usize = 5_000;
/// Maximum number of imports of a user that are queued or running.
const MAX_RUNNING_IMPORTS: i64 = 5;
const MAX_FILE_NAME_LEN: usize = 200;
const WRITE_BUFFER_BYTES: usize = 256 * 1024;

/// An upload in progress. If it is dropped before [`finish`](Self::finish), its files are deleted.
pub struct Upload<'a> {
    services: &'a Services,
    grant: Grant,
    id: ImportId,
    dir: UploadDir,
    files: Vec<StoredFile>,
    current: Option<BufWriter<File>>,
    bytes: u64,
    request: Option<&'a IdempotentRequest>,
}

/// A directory that is deleted on drop unless it is persisted.
struct UploadDir {
    path: PathBuf,
    is_persisted: bool,
}

impl Drop for UploadDir {
    fn drop(&mut self) {
        if !self.is_persisted {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Begins an upload. A repeated idempotent request must have the same file names and contents; it returns the first import.
///
/// # Errors
/// `forbidden`; `rate_limited` while five imports of the user are queued or running; `unavailable` if the disk is full.
pub async fn begin_import<'a>(
    services: &'a Services,
    caller: &Caller,
    request: Option<&'a IdempotentRequest>,
) -> Result<Upload<'a>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut tx = services.db.begin(grant).await?;
    let running = imports::count_running(&mut tx).await?;
    let is_replay = match request {
        Some(request) => idempotency::is_stored(&mut tx, grant, request, services.clock.now()).await?,
        None => false,
    };
    tx.commit().await?;
    if !is_replay && running >= MAX_RUNNING_IMPORTS {
        return Err(too_many_imports());
    }
    let id: ImportId = services.id();
    let path = upload_dir::path(services, id);
    create_private_dir(&path).await.map_err(|e| storage_error(&e))?;
    let dir = UploadDir {
        path,
        is_persisted: false,
    };
    Ok(Upload {
        services,
        grant,
        id,
        dir,
        files: Vec::new(),
        current: None,
        bytes: 0,
        request,
    })
}

impl<'a> Upload<'a> {
    /// Starts the next file. `name` is its name on the user's computer.
    ///
    /// # Errors
    /// `payload_too_large` for more than [`MAX_UPLOAD_FILES`]; `unavailable` if the disk is full.
    pub async fn start_file(&mut self, name: &str) -> Result<(), Error> {
        self.close_file().await?;
        if self.files.len() >= MAX_UPLOAD_FILES {
            return Err(too_large(
                "Upload at most 5000 files at once, or a single .mbox file.",
            ));
        }
        let path = format!("{}.mail", self.files.len());
        let file = create_private_file(&self.dir.path.join(&path))
            .await
            .map_err(|e| storage_error(&e))?;
        self.current = Some(BufWriter::with_capacity(WRITE_BUFFER_BYTES, file));
        if let Some(request) = self.request {
            // The offset, the name, and a byte that never occurs in UTF-8: the fingerprint covers the file boundaries.
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
    /// `payload_too_large` beyond [`MAX_UPLOAD_BYTES`]; `unavailable` if the disk is full.
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
        current.write_all(chunk).await.map_err(|e| storage_error(&e))
    }

    /// Creates the import and enqueues its job, in one transaction.
    ///
    /// # Errors
    /// `invalid` if there is no file; `rate_limited`; `unavailable` if the disk is full.
    pub async fn finish(mut self) -> Result<Import, Error> {
        self.close_file().await?;
        if let Some(request) = self.request {
            request.finish();
        }
        // A browser sends one file without name and content if the user chose none.
        self.files.retain(|f| f.bytes > 0 || !f.name.is_empty());
        if self.files.is_empty() {
            return Err(ApiError::field(
                "file",
                FieldCode::Required,
                "Choose at least one .mbox or .eml file.",
            )
            .into());
        }
        for file in &mut self.files {
            if file.name.is_empty() {
                file.name = "unnamed file".into();
            }
        }
        let now = self.services.clock.now();
        let mut tx = match self.enqueue_job().await? {
            Claim::New(tx) => tx,
            Claim::Replay(import) => return Ok(import),
        };
        let inserted = self.insert_import(&mut tx, now).await;
        // Before the commit: if its response is lost, the import may exist.
        self.dir.is_persisted = inserted.is_ok();
        let import = tx.commit(inserted).await?;
        background::wake();
        Ok(import)
    }

    async fn insert_import(&self, tx: &mut TenantTx, now: DateTime<Utc>) -> Result<Import, Error> {
        // This locks the row of the mailbox, so that the imports of a user are counted and inserted one after the other.
        let mailbox = imports::upsert_upload_mailbox(tx, self.services.id(), now).await?;
        if imports::count_running(tx).await? >= MAX_RUNNING_IMPORTS {
            return Err(too_many_imports());
        }
        imports::insert_import(tx, self.id, mailbox, &self.files, now).await?;
        Ok(Import {
            id: self.id,
            state: ImportState::Running,
            messages_seen: 0,
            applications_created: 0,
            applications_updated: 0,
            mails_ignored: 0,
            errors: Vec::new(),
        })
    }

    /// Begins the transaction of the import: enqueues the job and claims the idempotency key.
    async fn enqueue_job(&self) -> Result<Claim<'a, Import>, Error> {
        let (services, grant) = (self.services, self.grant);
        let mut tx = services.db.begin_global().await?;
        Job::enqueue_for(services, &mut tx, grant, ImportMail::KIND, self.id.0).await?;
        idempotency::begin_in(services, tx, grant, self.request).await
    }

    async fn close_file(&mut self) -> Result<(), Error> {
        let Some(mut file) = self.current.take() else {
            return Ok(());
        };
        let result = async {
            file.flush().await?;
            file.into_inner().sync_data().await
        };
        result.await.map_err(|e| storage_error(&e))
    }
}

/// The last segment of a path, without control characters.
fn display_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|c| !c.is_control())
        .take(MAX_FILE_NAME_LEN)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn too_many_imports() -> Error {
    let mut error = ApiError::new(
        ErrorCode::RateLimited,
        "Five imports are running already. Wait until one of them has finished.",
    );
    error.retry_after = Some(30);
    error.into()
}

fn too_large(detail: &str) -> Error {
    Error::api(ErrorCode::PayloadTooLarge, detail)
}

fn storage_error(error: &std::io::Error) -> Error {
    tracing::error!(%error, "failed to store upload");
    let mut api = ApiError::new(
        ErrorCode::Unavailable,
        "The server cannot store files at the moment. Nothing was saved. Try again later.",
    );
    api.retry_after = Some(60);
    api.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_name_is_the_last_path_segment() {
        assert_eq!(display_name("C:\\mail\\Inbox.mbox"), "Inbox.mbox");
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("a\u{0}\r\nb.eml"), "ab.eml");
        assert_eq!(display_name(&"x".repeat(500)).len(), 200);
    }
}
