//! Files and directories that only the server's user may read.

use std::{io, path::Path};
use tokio::fs::{DirBuilder, File, OpenOptions};

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
