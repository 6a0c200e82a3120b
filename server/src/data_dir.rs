//! The data directory: created if missing, locked while a server uses it.

use crate::error::StartupError;
use std::{
    fs::{self, File, TryLockError},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

/// The data directory. The lock is held until this is dropped or the process ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Creates the directory if it is missing, and locks it.
    ///
    /// # Errors
    /// [`StartupError::DataDir`] if it cannot be created or written, [`StartupError::DataDirLocked`] if another server
    /// uses it.
    pub fn open(path: &Path) -> Result<Self, StartupError> {
        let error = |e| StartupError::DataDir(path.to_owned(), e);
        // If started by root, Postgres runs as another user, who must be able to enter its subdirectory. Files with secrets have their own
        // permissions.
        let mode = if rustix::process::geteuid().is_root() {
            0o711
        } else {
            0o700
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(path)
            .map_err(error)?;
        let path = fs::canonicalize(path).map_err(error)?;
        let lock = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path.join("jobhax.lock"))
            .map_err(error)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StartupError::DataDirLocked(path)),
            Err(TryLockError::Error(e)) => Err(error(e)),
        }
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_lock_is_rejected_until_the_first_is_dropped() {
        let path = crate::config::temp_dir().join(format!("jobhax-data-dir-{}", std::process::id()));
        let first = DataDir::open(&path).expect("created");
        assert!(matches!(
            DataDir::open(&path),
            Err(StartupError::DataDirLocked(_))
        ));
        drop(first);
        DataDir::open(&path).expect("unlocked");
        fs::remove_dir_all(&path).expect("removed");
    }
}
