//! Directories of uploaded files: `<data dir>/uploads/<import id>/`, each as long as the job of its import is in the queue.

use crate::{
    Error, Services, background,
    context::Grant,
    platform::{db::TenantTx, files::free_bytes},
};
use domain::ErrorCode;
use futures_util::future::BoxFuture;
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{fs, runtime::Handle};
use uuid::Uuid;

/// Directories that were written to later may belong to an upload in progress; those are written to every few seconds.
const ORPHAN_MIN_AGE: Duration = Duration::from_hours(1);

/// A directory that is deleted on drop unless it is persisted.
pub(crate) struct UploadDir {
    pub path: PathBuf,
    pub is_persisted: bool,
}

impl Drop for UploadDir {
    fn drop(&mut self) {
        if !self.is_persisted {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// The row that reserves the slot of an upload. It is deleted on drop unless the import was created.
pub(crate) struct Reservation {
    services: Services,
    grant: Grant,
    id: Uuid,
    /// Deletes the row.
    delete: DeleteRow,
    /// Whether the import was created.
    pub is_used: bool,
}

/// A query that deletes the row of an upload.
pub(crate) type DeleteRow = for<'t> fn(&'t mut TenantTx, Uuid) -> BoxFuture<'t, Result<(), Error>>;

impl Reservation {
    pub fn new(services: &Services, grant: Grant, id: Uuid, delete: DeleteRow) -> Self {
        Self {
            services: services.clone(),
            grant,
            id,
            delete,
            is_used: false,
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // Without a runtime, the slot is free again when the reservation expires.
        let (false, Ok(runtime)) = (self.is_used, Handle::try_current()) else {
            return;
        };
        let (services, grant, id, delete) = (self.services.clone(), self.grant, self.id, self.delete);
        runtime.spawn(async move {
            let release = async {
                let mut tx = services.db.begin(grant).await?;
                delete(&mut tx, id).await?;
                tx.commit().await
            };
            if let Err(error) = release.await {
                tracing::warn!(%error, import.id = %id, "failed to release upload slot");
            }
        });
    }
}

/// Rejects an upload while the disk is almost full.
pub(crate) fn check_free_space(services: &Services) -> Result<(), Error> {
    match free_bytes(&services.data_dir) {
        Ok(free) if free < services.storage_limits.min_free_bytes => {
            tracing::error!(free, "disk almost full, upload rejected");
            Err(storage_unavailable())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(storage_error(&error)),
    }
}

/// The error for a file that cannot be written.
pub(crate) fn storage_error(error: &io::Error) -> Error {
    tracing::error!(%error, "failed to store upload");
    storage_unavailable()
}

fn storage_unavailable() -> Error {
    Error::retry_later(
        ErrorCode::Unavailable,
        "The server cannot store files at the moment. Nothing was saved. Try again later.",
        60,
    )
}

/// The directory of an import.
pub(crate) fn path(services: &Services, id: Uuid) -> PathBuf {
    services.data_dir.join("uploads").join(id.to_string())
}

/// Deletes the files of an import, if there are any.
pub(crate) async fn delete_uploaded_files(services: &Services, id: Uuid) -> io::Result<()> {
    match fs::remove_dir_all(path(services, id)).await {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Deletes directories that belong to no queued import, such as those of a server that crashed during an upload.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached; [`Error::Internal`] when the directory cannot be read.
pub(crate) async fn delete_orphans(services: &Services) -> Result<(), Error> {
    let old_dirs = list_old(services)
        .await
        .map_err(|e| Error::Internal(e.to_string()))?;
    if old_dirs.is_empty() {
        return Ok(());
    }
    let mut conn = services.db.global_conn().await?;
    let pending = background::pending_payloads(&mut conn).await?;
    for (id, path) in old_dirs {
        if !pending.contains(&id) {
            let _ = fs::remove_dir_all(path).await;
        }
    }
    Ok(())
}

/// When the directory or a file in it was last written to.
async fn last_modified(dir: &Path) -> io::Result<SystemTime> {
    let mut latest = fs::metadata(dir).await?.modified()?;
    let mut files = fs::read_dir(dir).await?;
    while let Some(file) = files.next_entry().await? {
        latest = latest.max(file.metadata().await?.modified()?);
    }
    Ok(latest)
}

/// The directories that are older than [`ORPHAN_MIN_AGE`].
async fn list_old(services: &Services) -> io::Result<Vec<(Uuid, PathBuf)>> {
    let mut entries = match fs::read_dir(services.data_dir.join("uploads")).await {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let now = u64::try_from(services.clock.now().timestamp()).unwrap_or_default();
    let mut old_dirs = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<Uuid>().ok());
        let modified = last_modified(&entry.path()).await?;
        let age =
            Duration::from_secs(now).saturating_sub(modified.duration_since(UNIX_EPOCH).unwrap_or_default());
        if let Some(id) = id.filter(|_| age > ORPHAN_MIN_AGE) {
            old_dirs.push((id, entry.path()));
        }
    }
    Ok(old_dirs)
}
