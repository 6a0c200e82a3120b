//! Directories that depend on the environment of the process.

use std::path::{Path, PathBuf};

/// The directories in `PATH`.
pub fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// The directory for temporary files.
pub fn temp_dir() -> PathBuf {
    std::env::temp_dir()
}

/// The directory of the running binary, if it can be determined.
pub fn executable_dir() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Path::to_path_buf)
}
