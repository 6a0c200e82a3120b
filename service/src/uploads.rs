//! Directories of uploaded files: `<data dir>/uploads/<import id>/`, each as long as the job of its import is in the queue.

use crate::{
    Error, Services, background,
    context::Grant,
    platform::{
        db::TenantTx,
        files::{create_private_dir, create_private_file, free_bytes},
        normalize::nfc,
    },
};
use domain::ErrorCode;
use futures_util::future::BoxFuture;
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    fs::{self, File},
    io::BufWriter,
    runtime::Handle,
};
use uuid::Uuid;

/// Directories that were written to later may belong to an upload in progress; those are written to every few seconds.
const ORPHAN_MIN_AGE: Duration = Duration::from_hours(1);
const MAX_FILE_NAME_LEN: usize = 200;
const WRITE_BUFFER_BYTES: usize = 256 * 1024;
/// Maximum number of imports of one kind that a user has in progress, from the first byte of their upload.
pub(crate) const MAX_OPEN_IMPORTS: i64 = 5;
/// Number by which repeated idempotent requests may exceed that limit, because they end with the stored response.
pub(crate) const MAX_REPLAYS: i64 = 5;

/// A directory that is deleted on drop unless it is persisted.
pub(crate) struct UploadDir {
    pub path: PathBuf,
    pub is_persisted: bool,
}

impl UploadDir {
    /// Creates the directory of an import.
    pub async fn create(services: &Services, id: Uuid) -> Result<Self, Error> {
        let path = path(services, id);
        create_private_dir(&path).await.map_err(|e| storage_error(&e))?;
        Ok(Self {
            path,
            is_persisted: false,
        })
    }

    /// Creates a file in it.
    pub async fn create_file(&self, name: &str) -> Result<BufWriter<File>, Error> {
        let file = create_private_file(&self.path.join(name)).await;
        let file = file.map_err(|e| storage_error(&e))?;
        Ok(BufWriter::with_capacity(WRITE_BUFFER_BYTES, file))
    }
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

/// Deletes the files of an import, if there are any. Files that cannot be deleted now are deleted later by [`delete_orphans`].
pub(crate) async fn delete_uploaded_files(services: &Services, id: Uuid) {
    match fs::remove_dir_all(path(services, id)).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, import.id = %id, "failed to delete uploaded files");
        }
        _ => {}
    }
}

/// The last segment of a path, without control and formatting characters, which could make it look like another name.
pub(crate) fn display_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_format_character(*c))
        .collect();
    // NFC has more characters for some texts, so that it is cut afterwards.
    let name: String = nfc(&visible).chars().take(MAX_FILE_NAME_LEN).collect();
    name.trim().to_owned()
}

/// Invisible characters that change the direction or the joining of the text around them.
fn is_format_character(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_name_is_the_last_path_segment() {
        assert_eq!(display_name("C:\\mail\\Inbox.mbox"), "Inbox.mbox");
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("a\u{0}\r\nb.eml"), "ab.eml");
        assert_eq!(display_name("x\u{202e}lme.exe"), "xlme.exe");
        assert_eq!(display_name(&"x".repeat(500)).len(), 200);
        let grows = "\u{958}".repeat(200);
        assert_eq!(display_name(&grows).chars().count(), 200);
    }
}
