//! Imports of uploaded files.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    ImportId, MailboxId,
    mail::{Import, ImportError, ImportState, MailboxKind},
};
use serde::{Deserialize, Serialize};
use sqlx::{query, types::Json};

/// Address of the mailbox that a user's uploads belong to.
const UPLOAD_MAILBOX_ADDRESS: &str = "upload";
/// State of a preview that can be applied.
const PREVIEWED: &str = "previewed";

/// An uploaded file, as stored in `mail_imports.files`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// The name on the user's computer, for display only.
    pub name: String,
    /// File name in the directory of the import.
    pub path: String,
    pub bytes: u64,
}

/// Position up to which the files of an import are parsed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Index of the current file.
    pub file: usize,
    /// Number of parsed messages of the current file.
    pub messages: u64,
    /// Byte offset of the next message.
    pub offset: u64,
}

/// The current phase of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum ImportPhase {
    Parsing,
    /// Storing the messages of a preview that the user has applied.
    Storing,
    Matching,
}

/// The progress of a running import.
pub struct RunningImport {
    pub mailbox: MailboxId,
    pub files: Vec<StoredFile>,
    pub checkpoint: Checkpoint,
    pub phase: ImportPhase,
    /// Whether the import is a preview.
    pub dry_run: bool,
    /// Whether the import has uploaded files.
    pub is_upload: bool,
    /// Number of errors stored so far.
    pub error_count: usize,
}

/// An increment of the progress of an import.
#[derive(Debug, Default)]
pub struct Progress<'a> {
    pub checkpoint: Option<Checkpoint>,
    /// All messages are stored. The next phase is matching.
    pub is_storing_done: bool,
    pub seen: i64,
    pub ignored: i64,
    pub created: i64,
    pub updated: i64,
    pub errors: &'a [ImportError],
    /// Errors beyond the maximum, which are only counted.
    pub errors_truncated: i64,
}

pub async fn find_import(tx: &mut TenantTx, id: ImportId) -> Result<Option<Import>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select id, state, dry_run, messages_seen, applications_created, applications_updated, mails_ignored,
          (select count(*) from mail_messages m
            where m.tenant_id = $1 and m.owner_id = $2 and m.source_id = $3 and m.decision = 'review')
          + (select count(*) from import_findings f
            where f.tenant_id = $1 and f.owner_id = $2 and f.import_id = $3 and f.action = 'review') as "mails_in_review!",
          errors as "errors: Json<Vec<ImportError>>", errors_truncated
        from mail_imports
        where tenant_id = $1 and owner_id = $2 and id = $3 and state <> 'uploading'
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        let mut errors = r.errors.0;
        if r.errors_truncated > 0 {
            let detail = format!("{} more emails could not be read.", r.errors_truncated);
            errors.push(ImportError {
                file: "upload".into(),
                position: 0,
                detail,
            });
        }
        Ok(Import {
            id: r.id.into(),
            state: parse_state(&r.state)?,
            dry_run: r.dry_run,
            messages_seen: r.messages_seen,
            applications_created: r.applications_created,
            applications_updated: r.applications_updated,
            mails_ignored: r.mails_ignored,
            mails_in_review: r.mails_in_review,
            errors,
        })
    })
    .transpose()
}

/// For the user, a preview is done as soon as it shows its findings.
pub(super) fn parse_state(state: &str) -> Result<ImportState, Error> {
    match state {
        PREVIEWED => Ok(ImportState::Done),
        other => ImportState::parse(other).ok_or_else(|| Error::unknown_value("import state")),
    }
}

/// The user's imports that are being uploaded, queued or running, or are previews that can be applied.
pub struct OpenImports {
    pub count: i64,
    /// Total size of their files.
    pub bytes: i64,
}

/// The open imports of the user except this one.
pub async fn count_open(tx: &mut TenantTx, except: ImportId) -> Result<OpenImports, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select count(*) as "count!", coalesce(sum(byte_count), 0)::bigint as "bytes!" from mail_imports
        where tenant_id = $1 and owner_id = $2 and state in ('uploading', 'running', 'previewed') and id <> $3
        "#,
        tenant.0,
        user.0,
        except.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(OpenImports {
        count: row.count,
        bytes: row.bytes,
    })
}

/// Reserves a slot for a new upload.
pub async fn insert_upload(
    tx: &mut TenantTx,
    id: ImportId,
    mailbox: MailboxId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into mail_imports (tenant_id, id, owner_id, mailbox_id, state, files, created_at, updated_at)
        values ($1, $2, $3, $4, 'uploading', '[]', $5, $5)
        "#,
        tenant.0,
        id.0,
        user.0,
        mailbox.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Renews the reservation of an upload. Returns false if the reservation was lost.
pub async fn renew_upload(
    tx: &mut TenantTx,
    id: ImportId,
    bytes: u64,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update mail_imports set byte_count = $4, updated_at = $5
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'uploading'
        "#,
        tenant.0,
        user.0,
        id.0,
        i64::try_from(bytes).unwrap_or(i64::MAX),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Releases the slot of an upload that was aborted.
pub async fn delete_upload(tx: &mut TenantTx, id: ImportId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from mail_imports where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'uploading'",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Releases the slots of the user's uploads that were not renewed since `before`, because the server crashed or the client stopped
/// sending.
pub async fn delete_stale_uploads(tx: &mut TenantTx, before: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from mail_imports where tenant_id = $1 and owner_id = $2 and state = 'uploading' and updated_at < $3",
        tenant.0,
        user.0,
        before,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The mailbox of the user's uploads, created if missing.
pub async fn upsert_upload_mailbox(
    tx: &mut TenantTx,
    id: MailboxId,
    now: DateTime<Utc>,
) -> Result<MailboxId, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        insert into mailboxes (tenant_id, id, owner_id, kind, address, last_synced_at, created_at)
        values ($1, $2, $3, 'upload', $4, $5, $5)
        on conflict (tenant_id, owner_id, kind, address) do update set last_synced_at = excluded.last_synced_at
        returning id
        "#,
        tenant.0,
        id.0,
        user.0,
        UPLOAD_MAILBOX_ADDRESS,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.id.into())
}

/// Turns an upload into a running import, or inserts the preview of a mailbox, which has no files.
pub async fn insert_import(
    tx: &mut TenantTx,
    id: ImportId,
    mailbox: MailboxId,
    files: &[StoredFile],
    dry_run: bool,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into mail_imports
          (tenant_id, id, owner_id, mailbox_id, state, files, byte_count, created_at, updated_at, dry_run)
        values ($1, $2, $3, $4, 'running', $5, $6, $7, $7, $8)
        on conflict (tenant_id, id) do update set
          mailbox_id = excluded.mailbox_id, state = excluded.state, files = excluded.files, byte_count = excluded.byte_count,
          updated_at = excluded.updated_at, dry_run = excluded.dry_run
        "#,
        tenant.0,
        id.0,
        user.0,
        mailbox.0,
        Json(files) as _,
        i64::try_from(files.iter().map(|f| f.bytes).sum::<u64>()).unwrap_or(i64::MAX),
        now,
        dry_run,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The progress of an import; `None` if it has ended or was deleted.
pub async fn find_running(tx: &mut TenantTx, id: ImportId) -> Result<Option<RunningImport>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select mailbox_id as "mailbox_id!", files as "files: Json<Vec<StoredFile>>", file_index, message_index, byte_offset,
          phase, dry_run, jsonb_array_length(errors) as "error_count!",
          (select b.kind from mailboxes b where b.tenant_id = $1 and b.id = i.mailbox_id) as "mailbox_kind!"
        from mail_imports i
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'running' and mailbox_id is not null
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(RunningImport {
            mailbox: r.mailbox_id.into(),
            files: r.files.0,
            checkpoint: Checkpoint {
                file: usize::try_from(r.file_index).unwrap_or_default(),
                messages: u64::try_from(r.message_index).unwrap_or_default(),
                offset: u64::try_from(r.byte_offset).unwrap_or_default(),
            },
            phase: r
                .phase
                .parse()
                .map_err(|_| Error::unknown_value("import phase"))?,
            dry_run: r.dry_run,
            is_upload: r.mailbox_kind == MailboxKind::Upload.as_str(),
            error_count: usize::try_from(r.error_count).unwrap_or_default(),
        })
    })
    .transpose()
}

/// Adds to the progress of a running import. Returns false if the user has cancelled it; the caller's transaction must then change
/// nothing.
pub async fn add_progress(
    tx: &mut TenantTx,
    id: ImportId,
    progress: &Progress<'_>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let checkpoint = progress.checkpoint;
    let done = query!(
        r#"
        update mail_imports set
          file_index = coalesce($3, file_index), message_index = coalesce($4, message_index),
          byte_offset = coalesce($5, byte_offset), phase = case when $6 then 'matching' else phase end,
          messages_seen = messages_seen + $7, mails_ignored = mails_ignored + $8,
          applications_created = applications_created + $9, applications_updated = applications_updated + $10,
          errors = errors || $11, errors_truncated = errors_truncated + $12, updated_at = $13
        where tenant_id = $1 and id = $2 and state = 'running'
        "#,
        tenant.0,
        id.0,
        checkpoint.map(|c| i32::try_from(c.file).unwrap_or(i32::MAX)),
        checkpoint.map(|c| i64::try_from(c.messages).unwrap_or(i64::MAX)),
        checkpoint.map(|c| i64::try_from(c.offset).unwrap_or(i64::MAX)),
        progress.is_storing_done,
        progress.seen,
        progress.ignored,
        progress.created,
        progress.updated,
        Json(progress.errors) as _,
        progress.errors_truncated,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn end_import(
    tx: &mut TenantTx,
    id: ImportId,
    state: ImportState,
    errors: &[ImportError],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        r#"
        update mail_imports set state = $3, errors = errors || $4, updated_at = $5
        where tenant_id = $1 and id = $2 and state = 'running'
        "#,
        tenant.0,
        id.0,
        state.as_str(),
        Json(errors) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
