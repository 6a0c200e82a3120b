//! SQL on files. Files of deleted applications are invisible.

use crate::{
    Error,
    platform::db::{GlobalConn, TenantTx},
    quotas,
};
use chrono::{DateTime, Utc};
use domain::{
    FileId, JobApplicationId, TenantId,
    changes::ChangeType,
    files::{File, FileKind},
    quotas::Quota,
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct FileRow {
    id: Uuid,
    application_id: Uuid,
    name: String,
    kind: String,
    media_type: String,
    bytes: i64,
    sha256: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<FileRow> for File {
    type Error = Error;
    fn try_from(row: FileRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            jobapp_id: row.application_id.into(),
            name: row.name,
            kind: FileKind::parse(&row.kind).ok_or_else(|| Error::unknown_value("kind of file"))?,
            media_type: row.media_type,
            bytes: row.bytes,
            sha256: row.sha256,
            created_at: row.created_at,
        })
    }
}

/// The number and size of files.
pub(super) struct Usage {
    pub application_files: i64,
    pub bytes: i64,
}

/// The files of an application and of those merged into it, newest first.
pub(super) async fn list(tx: &mut TenantTx, id: JobApplicationId) -> Result<Vec<File>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        FileRow,
        r#"
        select id, application_id, name, kind, media_type, bytes, sha256, created_at
        from files
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = any($3::uuid || array(
          select p.id from job_applications p where p.tenant_id = $1 and p.merged_into = $3))
        order by created_at desc, id desc
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(File::try_from).collect()
}

/// The caller's files with these ids, in no particular order.
pub(crate) async fn list_by_ids(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<File>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        FileRow,
        r#"
        select f.id, f.application_id, f.name, f.kind, f.media_type, f.bytes, f.sha256, f.created_at
        from files f
        join job_applications a on a.tenant_id = $1 and a.id = f.application_id
        where f.tenant_id = $1 and f.owner_id is not distinct from $2 and f.id = any($3)
          and (a.deleted_at is null or a.merged_into is not null)
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(File::try_from).collect()
}

/// Inserts the file. False if the application is not visible to the caller.
pub(super) async fn insert(tx: &mut TenantTx, file: &File) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let inserted = query_scalar!(
        r#"
        insert into files as f
          (tenant_id, owner_id, id, application_id, name, kind, media_type, bytes, sha256, created_at)
        select a.tenant_id, a.owner_id, $4::uuid, a.id, $5::text, $6::text, $7::text, $8::bigint, $9::text,
          $10::timestamptz
        from job_applications a
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $3 and a.deleted_at is null
        returning f.id
        "#,
        tenant.0,
        user.0,
        file.jobapp_id.0,
        file.id.0,
        file.name,
        file.kind.as_str(),
        file.media_type,
        file.bytes,
        file.sha256,
        file.created_at,
    )
    .fetch_optional(tx.conn())
    .await?;
    if inserted.is_some() {
        tx.record(ChangeType::FileCreated, file.id, Some(file.jobapp_id));
        quotas::add_usage(tx, Quota::FileBytes, file.bytes).await?;
    }
    Ok(inserted.is_some())
}

/// The size of the files of the user, and how many this application has.
pub(super) async fn usage(tx: &mut TenantTx, id: JobApplicationId) -> Result<Usage, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select count(*) filter (where application_id = $3) as "application_files!",
          coalesce(sum(bytes), 0)::bigint as "bytes!"
        from files where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Usage {
        application_files: row.application_files,
        bytes: row.bytes,
    })
}

pub(super) async fn find(tx: &mut TenantTx, id: FileId) -> Result<Option<File>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        FileRow,
        r#"
        select f.id, f.application_id, f.name, f.kind, f.media_type, f.bytes, f.sha256, f.created_at
        from files f
        join job_applications a on a.tenant_id = $1 and a.id = f.application_id
        where f.tenant_id = $1 and f.owner_id is not distinct from $2 and f.id = $3
          and (a.deleted_at is null or a.merged_into is not null)
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(File::try_from).transpose()
}

/// Deletes the file. False if there is no such file.
pub(super) async fn delete(tx: &mut TenantTx, id: FileId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let deleted = query!(
        r#"
        delete from files f
        using job_applications a
        where f.tenant_id = $1 and f.owner_id = $2 and f.id = $3
          and a.tenant_id = $1 and a.id = f.application_id and (a.deleted_at is null or a.merged_into is not null)
        returning f.application_id, f.bytes
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(deleted) = deleted else { return Ok(false) };
    tx.record(ChangeType::FileDeleted, id, Some(deleted.application_id.into()));
    quotas::add_usage(tx, Quota::FileBytes, -deleted.bytes).await?;
    Ok(true)
}

/// The ids among `ids` of files that exist in the tenant.
pub(super) async fn existing(
    conn: &mut GlobalConn,
    tenant: TenantId,
    ids: &[FileId],
) -> Result<Vec<FileId>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query_scalar!(r#"select existing_files($1, $2) as "id!""#, tenant.0, &ids)
        .fetch_all(conn.conn())
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
