//! Tombstones: ids of deleted users in a file outside of the database, because a restored backup still contains these users.

use crate::Services;
use domain::UserId;
use std::io;
use tokio::{
    fs::{self, OpenOptions},
    io::AsyncWriteExt as _,
};
use uuid::Uuid;

/// File in the data directory. Each line has a time (RFC 3339) and a user id.
const FILE_NAME: &str = "deleted-users";

/// Appends a tombstone. Returns when it is on disk.
pub(crate) async fn append(services: &Services, user: UserId) -> io::Result<()> {
    let line = format!("{} {user}\n", services.clock.now().to_rfc3339());
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    options.mode(0o600);
    fs::create_dir_all(&services.data_dir).await?;
    let mut file = options.open(services.data_dir.join(FILE_NAME)).await?;
    file.write_all(line.as_bytes()).await?;
    file.sync_all().await
}

/// All deleted users. Invalid lines, such as an incomplete last line from when the disk was full, are skipped and logged.
pub(crate) async fn read_all(services: &Services) -> io::Result<Vec<UserId>> {
    let text = match fs::read_to_string(services.data_dir.join(FILE_NAME)).await {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    let lines = text.lines().enumerate();
    Ok(lines
        .filter_map(|(index, line)| {
            let id = line.split_once(' ').and_then(|(_, id)| Uuid::parse_str(id).ok());
            if id.is_none() {
                tracing::warn!(line = index + 1, "invalid line in tombstone file");
            }
            id.map(UserId)
        })
        .collect())
}
