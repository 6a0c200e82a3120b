//! Files of applications. Rows are in the database, contents in the [`FileStore`](crate::platform::file_store::FileStore).
//!
//! A content is stored before its row is committed and deleted after it, so that a row always has its content. Contents that are left
//! over after a crash, or when an application or an account is deleted, are removed by [`delete_orphans`].

mod media_type;
mod orphans;
mod queries;

pub use orphans::delete_orphans;
pub(crate) use queries::list_by_ids;

use crate::{
    Error, Services,
    coaching::{begin_read, has_application},
    context::{Caller, Grant, permit},
    idempotency::{self, IdempotentRequest},
    platform::{
        db::{CountedObject, TenantTx},
        normalize::nfc,
        storage_limits::{LimitScope, count, limit_error, megabytes},
    },
    quotas,
};
use bytes::Bytes;
use domain::{
    ErrorCode, FileId, TenantId,
    files::{AddFileInput, File, FileQuery, FileRef},
    jobapps::ApplicationQuery,
    quotas::Quota,
    tenants::Action,
};
use futures_util::stream::BoxStream;
use sha2::{Digest as _, Sha256};
use std::io;

/// A file that is being downloaded.
pub struct Download {
    /// The file.
    pub file: File,
    /// Its content in chunks.
    pub content: BoxStream<'static, io::Result<Bytes>>,
}

/// The files of an application, newest first.
///
/// # Errors
/// `not_found` if the application does not exist, is deleted, or is not visible to the caller.
pub async fn list(
    services: &Services,
    caller: &Caller,
    application: impl Into<ApplicationQuery>,
) -> Result<Vec<File>, Error> {
    let ApplicationQuery { jobapp_id, owner_id } = application.into();
    let action = Action::ReadApplications;
    let mut tx = begin_read(services, caller, action, owner_id, Some(jobapp_id)).await?;
    if !has_application(&mut tx, None, jobapp_id).await? {
        return Err(Error::not_found());
    }
    let files = queries::list(&mut tx, jobapp_id).await?;
    tx.commit().await?;
    Ok(files)
}

/// Stores a file. Its media type follows from its content, not from its name.
///
/// # Errors
/// `unsupported_media_type` unless it is a document, a text or a picture; `invalid` for missing fields and an empty file;
/// `not_found` if the application is not visible to the caller; `conflict` if the application or the user has the maximum number
/// or size of files; errors of the idempotency key.
pub async fn add(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    input: AddFileInput,
) -> Result<File, Error> {
    let grant = permit(caller, Action::WriteApplications)?;
    let new = input.parse()?;
    let media_type = media_type::detect(&new.content).ok_or_else(|| {
        Error::api(
            ErrorCode::UnsupportedMediaType,
            "Upload a PDF, Word, OpenDocument, RTF or text file, or a PNG or JPEG picture.",
        )
    })?;
    let file = File {
        id: services.id(),
        jobapp_id: new.jobapp_id,
        name: nfc(&new.name),
        kind: new.kind,
        media_type: media_type.to_owned(),
        bytes: i64::try_from(new.content.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&new.content)),
        created_at: services.clock.now(),
    };
    let (tenant, id) = (grant.tenant(), file.id);
    // Not in the transaction, which would hold a connection for as long as the store takes.
    services.file_store.put(tenant, id, new.content).await?;
    let added = add_row(services, grant, request, file).await;
    // After any other error the row may have been committed. The daily clean-up deletes the content if it has no row.
    let is_unused = match &added {
        Ok(stored) => stored.id != id,
        Err(error) => matches!(error, Error::Api(_)),
    };
    if is_unused {
        discard(services, tenant, id).await;
    }
    added
}

/// Adds the row of a stored content, or returns the file that an earlier request with the same idempotency key added.
async fn add_row(
    services: &Services,
    grant: Grant,
    request: Option<&IdempotentRequest>,
    file: File,
) -> Result<File, Error> {
    let add = async |tx: &mut TenantTx| insert(services, tx, file).await;
    idempotency::run(services, grant, request, add).await
}

async fn insert(services: &Services, tx: &mut TenantTx, file: File) -> Result<File, Error> {
    tx.lock_objects(CountedObject::Files).await?;
    quotas::check(services, tx, Quota::FileBytes, file.bytes).await?;
    if !queries::insert(tx, &file).await? {
        return Err(Error::not_found());
    }
    let limits = services.storage_limits;
    let usage = queries::usage(tx, file.jobapp_id).await?;
    if usage.application_files > limits.max_files_per_application {
        let limit = count(limits.max_files_per_application, "files");
        return Err(limit_error(LimitScope::Application, &limit, "Delete one first."));
    }
    if usage.bytes > limits.max_file_bytes {
        let limit = megabytes(limits.max_file_bytes, "files");
        return Err(limit_error(LimitScope::User, &limit, "Delete some first."));
    }
    Ok(file)
}

/// Deletes a content without a row; if this fails, the clean-up deletes it later.
pub(crate) async fn discard(services: &Services, tenant: TenantId, id: FileId) {
    if let Err(error) = services.file_store.delete(tenant, id).await {
        tracing::warn!(%error, file.id = %id, "failed to delete the content of a file");
    }
}

/// A file and its content. Also for files of a client who granted access; the client's access log records it.
///
/// # Errors
/// `not_found` if the file or its application is not visible to the caller; `unavailable` if the store cannot be reached.
pub async fn download(
    services: &Services,
    caller: &Caller,
    input: impl Into<FileQuery>,
) -> Result<Download, Error> {
    let FileQuery { file_id, owner_id } = input.into();
    let action = Action::ReadApplications;
    // The access log records which application a viewer has read, so the application is found first.
    let application = match owner_id.filter(|owner| *owner != caller.user.id) {
        Some(owner) => {
            let grant = permit(caller, action)?.to_view(owner).to_read();
            let mut tx = services.db.begin(grant).await?;
            let file = queries::find(&mut tx, file_id).await?;
            tx.commit().await?;
            Some(file.ok_or_else(Error::not_found)?.jobapp_id)
        }
        None => None,
    };
    let mut tx = begin_read(services, caller, action, owner_id, application).await?;
    let file = queries::find(&mut tx, file_id)
        .await?
        .ok_or_else(Error::not_found)?;
    tx.commit().await?;
    let Some(content) = services.file_store.get(caller.tenant.id, file.id).await? else {
        tracing::error!(file.id = %file.id, "file has no content");
        return Err(Error::not_found());
    };
    Ok(Download { file, content })
}

/// Permanently deletes a file.
///
/// # Errors
/// `not_found` if the file or its application is not visible to the caller.
pub async fn delete(services: &Services, caller: &Caller, input: FileRef) -> Result<(), Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let is_deleted = queries::delete(&mut tx, input.file_id).await?;
    tx.commit().await?;
    if !is_deleted {
        return Err(Error::not_found());
    }
    discard(services, caller.tenant.id, input.file_id).await;
    Ok(())
}
