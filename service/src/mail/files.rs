//! The folders of uploads: `<data folder>/uploads/<import id>/`, readable by the server only.

use crate::Services;
use domain::ImportId;
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};
use tokio::fs::{self, DirBuilder, File, OpenOptions};

/// Folders younger than this may belong to an upload that is still coming in.
const YOUNG: Duration = Duration::from_hours(24);

/// The folder of an import.
pub(super) fn folder(services: &Services, id: ImportId) -> PathBuf {
    services.data_dir.join("uploads").join(id.to_string())
}

/// Makes a folder, and those above it, that only the server may enter.
pub(crate) async fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path).await
}

/// Makes a file that only the server may read; one that is there already is an error.
pub(crate) async fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}

/// Removes what was uploaded for an import. Nothing there is fine.
pub(crate) async fn remove(services: &Services, id: ImportId) -> io::Result<()> {
    match fs::remove_dir_all(folder(services, id)).await {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Folders that have been lying for a day.
pub(super) async fn left_over(services: &Services) -> io::Result<Vec<(ImportId, PathBuf)>> {
    let mut entries = match fs::read_dir(services.data_dir.join("uploads")).await {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let now = u64::try_from(services.clock.now().timestamp()).unwrap_or_default();
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<ImportId>().ok());
        let modified = entry.metadata().await?.modified()?;
        let age =
            Duration::from_secs(now).saturating_sub(modified.duration_since(UNIX_EPOCH).unwrap_or_default());
        if let Some(id) = id.filter(|_| age > YOUNG) {
            found.push((id, entry.path()));
        }
    }
    Ok(found)
}
