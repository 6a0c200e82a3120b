//! Directories of uploaded files: `<data dir>/uploads/<import id>/`, each as long as the job of its import is in the queue.

use crate::{Error, Services, background};
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::fs;
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
