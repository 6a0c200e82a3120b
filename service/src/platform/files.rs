//! Files and directories that only the server's user may read.

use std::{io, path::Path};
use tokio::{
    fs::{DirBuilder, File, OpenOptions},
    task::spawn_blocking,
};

/// Creates a directory and its missing parents with mode 0700.
pub(crate) async fn create_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path).await
}

/// Creates a file with mode 0600; fails when it exists.
pub(crate) async fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}

/// Whether the current user may create files in the directory.
pub fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

/// Free space of the file system of an existing directory, or of the nearest existing parent.
///
/// # Errors
/// When the file system cannot be queried.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let existing = path.ancestors().find(|p| p.exists()).unwrap_or(path);
    let stats = rustix::fs::statvfs(existing)?;
    Ok(stats.f_bavail.saturating_mul(stats.f_frsize))
}

/// Writes everything in the directory to disk. One call for any number of files.
pub(crate) async fn sync_file_system(dir: &Path) -> io::Result<()> {
    let dir = dir.to_owned();
    let sync = move || -> io::Result<()> {
        #[cfg(target_os = "linux")]
        rustix::fs::syncfs(std::fs::File::open(dir)?)?;
        #[cfg(not(target_os = "linux"))]
        for entry in std::fs::read_dir(dir)? {
            std::fs::File::open(entry?.path())?.sync_data()?;
        }
        Ok(())
    };
    spawn_blocking(sync).await.map_err(io::Error::other)?
}
