//! Who was erased, in a file beside the database: a backup that is restored does not know it. Ids and times, nothing else.

use crate::Services;
use domain::UserId;
use std::io;
use tokio::{
    fs::{self, OpenOptions},
    io::AsyncWriteExt as _,
};
use uuid::Uuid;

/// In the data folder. A line is a time (RFC 3339) and an id.
const FILE: &str = "erased";

/// Adds a person, and is back when the disk has it.
pub(super) async fn add(services: &Services, user: UserId) -> io::Result<()> {
    let line = format!("{} {user}\n", services.clock.now().to_rfc3339());
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    options.mode(0o600);
    fs::create_dir_all(&services.data_dir).await?;
    let mut file = options.open(services.data_dir.join(FILE)).await?;
    file.write_all(line.as_bytes()).await?;
    file.sync_all().await
}

/// Everybody who was ever erased. Who cannot be read, such as in the last line of a disk that was full, is left out and told.
pub(super) async fn all(services: &Services) -> io::Result<Vec<UserId>> {
    let text = match fs::read_to_string(services.data_dir.join(FILE)).await {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    let lines = text.lines().enumerate();
    Ok(lines
        .filter_map(|(at, line)| {
            let id = line.split_once(' ').and_then(|(_, id)| Uuid::parse_str(id).ok());
            if id.is_none() {
                tracing::warn!(line = at + 1, "a line of the file `erased` names nobody");
            }
            id.map(UserId)
        })
        .collect())
}
