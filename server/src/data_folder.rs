//! The data folder: made when missing, locked while a server works on it.

use crate::start::StartError;
use std::{
    fs::{self, File, TryLockError},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

/// The folder, ours until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder where it is missing, and locks it.
    ///
    /// # Errors
    /// [`StartError::DataFolder`] when it cannot be made or written, [`StartError::DataFolderTaken`] when another
    /// server has it.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        let problem = |e| StartError::DataFolder(path.to_owned(), e);
        // Root's Postgres runs as another user, who has to pass through; what is secret has its own protection.
        let mode = if rustix::process::geteuid().is_root() {
            0o711
        } else {
            0o700
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(path)
            .map_err(problem)?;
        let path = fs::canonicalize(path).map_err(problem)?;
        let lock = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path.join("jobhax.lock"))
            .map_err(problem)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StartError::DataFolderTaken(path)),
            Err(TryLockError::Error(e)) => Err(problem(e)),
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
    fn lets_only_one_in() {
        let path = crate::config::temporary_folder().join(format!("jobhax-folder-{}", std::process::id()));
        let first = DataFolder::open(&path).expect("made");
        assert!(matches!(
            DataFolder::open(&path),
            Err(StartError::DataFolderTaken(_))
        ));
        drop(first);
        DataFolder::open(&path).expect("free again");
        fs::remove_dir_all(&path).expect("cleaned up");
    }
}
