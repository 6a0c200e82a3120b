//! Taking uploaded files in: straight to disk, under generated names, readable by the server only. Nothing of them is
//! held in memory, and nothing is left behind when an upload breaks off.

use super::{files, queries};
use crate::{
    Error, Services,
    db::{SystemReason, TenantTx},
    idempotency::{self, Attempt, Begun},
    jobs::{self, Job, Kind},
    tenants::{Caller, Grant, permit},
};
use chrono::{DateTime, Utc};
use domain::{
    ApiError, ErrorCode, FieldCode, ImportId,
    mail::{Import, ImportState},
    tenants::Action,
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use tokio::{
    fs::{self, File},
    io::{AsyncWriteExt as _, BufWriter},
};

/// Most bytes of one upload, all files together.
pub const MAX_UPLOAD: u64 = 1024 * 1024 * 1024;
/// Most files of one upload.
pub const MAX_FILES: usize = 5_000;
/// Most imports of a person that may wait or work at once.
const MAX_RUNNING: i64 = 5;

/// A file of an import, as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredFile {
    /// As it was called where it came from; only for people.
    pub name: String,
    /// Its name in the folder of the import.
    pub path: String,
    pub bytes: u64,
}

/// An upload under way. Dropped before [`finish`](Self::finish), it leaves nothing behind.
pub struct Upload<'a> {
    services: &'a Services,
    grant: Grant,
    id: ImportId,
    folder: Folder,
    files: Vec<StoredFile>,
    open: Option<BufWriter<File>>,
    bytes: u64,
    attempt: Option<&'a Attempt>,
}

/// A folder that goes away unless it is kept.
struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Checks the permission and makes room.
///
/// # Errors
/// `forbidden`, `rate_limited` while five imports of the person are under way, `unavailable` when the disk takes nothing.
pub async fn begin_import<'a>(services: &'a Services, caller: &Caller) -> Result<Upload<'a>, Error> {
    begin_import_once(services, caller, None).await
}

/// As [`begin_import`], once for the key of the attempt: the answer is that of the first upload, whose names and contents
/// must be the same.
///
/// # Errors
/// As [`begin_import`].
pub async fn begin_import_once<'a>(
    services: &'a Services,
    caller: &Caller,
    attempt: Option<&'a Attempt>,
) -> Result<Upload<'a>, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let mut tx = services.db.begin(grant).await?;
    let running = queries::count_running(&mut tx).await?;
    let makes_one = match attempt {
        Some(attempt) => !idempotency::is_kept(&mut tx, grant, attempt, services.clock.now()).await?,
        None => true,
    };
    tx.commit().await?;
    if makes_one && running >= MAX_RUNNING {
        return Err(too_many());
    }
    let id: ImportId = services.id();
    let path = files::folder(services, id);
    files::make_private(&path).await.map_err(|e| no_room(&e))?;
    let folder = Folder { path, kept: false };
    Ok(Upload {
        services,
        grant,
        id,
        folder,
        files: Vec::new(),
        open: None,
        bytes: 0,
        attempt,
    })
}

impl<'a> Upload<'a> {
    /// Begins the next file. `name` is what it was called where it came from.
    ///
    /// # Errors
    /// `payload_too_large` for too many files, `unavailable` when the disk takes nothing.
    pub async fn file(&mut self, name: &str) -> Result<(), Error> {
        self.close().await?;
        if self.files.len() >= MAX_FILES {
            return Err(too_large(
                "Send at most 5000 files at once, or one .mbox instead.",
            ));
        }
        let path = format!("{}.mail", self.files.len());
        let file = files::create_private(&self.folder.path.join(&path))
            .await
            .map_err(|e| no_room(&e))?;
        self.open = Some(BufWriter::with_capacity(256 * 1024, file));
        if let Some(attempt) = self.attempt {
            // Where a file begins, what it is called, and a byte that no text holds: no two uploads read the same.
            attempt.feed(&self.bytes.to_le_bytes());
            attempt.feed(name.as_bytes());
            attempt.feed(&[0xff]);
        }
        self.files.push(StoredFile {
            name: shown_name(name),
            path,
            bytes: 0,
        });
        Ok(())
    }

    /// Adds bytes to the present file.
    ///
    /// # Errors
    /// `payload_too_large` beyond [`MAX_UPLOAD`], `unavailable` when the disk takes nothing.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(length);
        if self.bytes > MAX_UPLOAD {
            return Err(too_large(
                "Send at most 1 GB at once. Split the mailbox, or export only the folders with applications.",
            ));
        }
        let (Some(open), Some(file)) = (self.open.as_mut(), self.files.last_mut()) else {
            return Err(Error::Internal("bytes of an upload without a file".into()));
        };
        file.bytes += length;
        if let Some(attempt) = self.attempt {
            attempt.feed(chunk);
        }
        open.write_all(chunk).await.map_err(|e| no_room(&e))
    }

    /// Makes the import and the work for it, in one transaction.
    ///
    /// # Errors
    /// `invalid` when there was no file, `unavailable` when disk or database take nothing.
    pub async fn finish(mut self) -> Result<Import, Error> {
        self.close().await?;
        if let Some(attempt) = self.attempt {
            attempt.seal();
        }
        // A form without a choice sends one file without name and content.
        self.files.retain(|f| f.bytes > 0 || !f.name.is_empty());
        if self.files.is_empty() {
            return Err(ApiError::field(
                "file",
                FieldCode::Required,
                "Choose at least one .mbox or .eml file.",
            )
            .into());
        }
        for file in &mut self.files {
            if file.name.is_empty() {
                file.name = "unnamed file".into();
            }
        }
        let now = self.services.clock.now();
        let mut tx = match self.enqueue().await? {
            Begun::Now(tx) => tx,
            Begun::Before(import) => return Ok(import),
        };
        let inserted = self.insert(&mut tx, now).await;
        // Kept before the commit: if its answer is lost, the import may be there.
        self.folder.kept = inserted.is_ok();
        let import = tx.settle(inserted).await?;
        jobs::wake();
        Ok(import)
    }

    async fn insert(&self, tx: &mut TenantTx, now: DateTime<Utc>) -> Result<Import, Error> {
        // Of several uploads of a person that end together, each waits here for the one before it: the mailbox is one row.
        let mailbox = queries::upload_mailbox(tx, self.services.id(), now).await?;
        if queries::count_running(tx).await? >= MAX_RUNNING {
            return Err(too_many());
        }
        queries::insert_import(tx, self.id, mailbox, &self.files, now).await?;
        Ok(Import {
            id: self.id,
            state: ImportState::Running,
            messages_seen: 0,
            applications_created: 0,
            applications_updated: 0,
            mails_ignored: 0,
            errors: Vec::new(),
        })
    }

    /// Begins the transaction of the import, with its work and the claim of its key.
    async fn enqueue(&self) -> Result<Begun<'a, Import>, Error> {
        let (services, grant) = (self.services, self.grant);
        let mut tx = services.db.system(SystemReason::Work).await?;
        Job::enqueue_for(services, &mut tx, grant, Kind::ImportMail, self.id.0).await?;
        idempotency::enter(services, tx, grant, self.attempt).await
    }

    async fn close(&mut self) -> Result<(), Error> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let closed = async {
            open.flush().await?;
            open.into_inner().sync_data().await
        };
        closed.await.map_err(|e| no_room(&e))
    }
}

/// The last part of a path, without control characters and not too long.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn too_many() -> Error {
    let mut error = ApiError::new(
        ErrorCode::RateLimited,
        "Five imports are under way. Wait until one of them is done.",
    );
    error.retry_after = Some(30);
    error.into()
}

fn too_large(detail: &str) -> Error {
    Error::api(ErrorCode::PayloadTooLarge, detail)
}

fn no_room(error: &std::io::Error) -> Error {
    tracing::error!(%error, "an upload could not be stored");
    let mut api = ApiError::new(
        ErrorCode::Unavailable,
        "The server cannot store files at the moment. Nothing was kept; try again later.",
    );
    api.retry_after = Some(60);
    api.into()
}

/// Removes the folders of uploads that never became an import, such as those of a server that was killed.
///
/// # Errors
/// [`Error::Unavailable`] when database or disk do not answer.
pub(crate) async fn sweep_uploads(services: &Services) -> Result<(), Error> {
    let folders = files::left_over(services)
        .await
        .map_err(|e| Error::Internal(e.to_string()))?;
    if folders.is_empty() {
        return Ok(());
    }
    let mut conn = services.db.system_read(SystemReason::Sweep).await?;
    let wanted = jobs::queries::subjects(&mut conn).await?;
    for (id, path) in folders {
        if !wanted.contains(&id.0) {
            let _ = fs::remove_dir_all(path).await;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_only_the_name_of_a_file() {
        assert_eq!(shown_name("C:\\mail\\Inbox.mbox"), "Inbox.mbox");
        assert_eq!(shown_name("../../etc/passwd"), "passwd");
        assert_eq!(shown_name("a\u{0}\r\nb.eml"), "ab.eml");
        assert_eq!(shown_name(&"x".repeat(500)).len(), 200);
    }
}
