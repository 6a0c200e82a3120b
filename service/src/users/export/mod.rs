//! Export of all data of a user as one JSON document, or as an archive of the document and the files. It is streamed: only one page of
//! rows or a chunk of a file is in memory, and no database connection is held while the client reads slowly.

mod archive;
mod audit_log;
mod queries;
mod slots;
mod stream;
mod writer;

pub use audit_log::export_audit_events;
pub use slots::ExportSlots;
pub(crate) use stream::{ExportSink, WriteError, start_export};

use crate::{
    Error, Services, audit,
    audit_log::{self as server_log, AuditEvent},
    auth::{ReauthPolicy, begin_for_user, reauthenticate},
    context::{Caller, ClientInfo},
};
use domain::{audit::AuditAction, auth::ReauthInput};
use tokio::sync::mpsc;
use writer::ExportWriter;

/// A document that is being written.
pub struct Export {
    /// Suggested file name.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Chunks of the document. An error must break the connection, so that the client does not accept an incomplete
    /// document as complete.
    pub chunks: mpsc::Receiver<Result<Vec<u8>, Error>>,
}

/// Starts an export without the contents of files.
///
/// # Errors
/// `invalid` for a wrong password; `reauthentication_required`; `rate_limited`, also while other exports of the user are
/// running; `unavailable` while too many exports are running.
pub async fn export_data(
    services: &Services,
    caller: &Caller,
    input: ReauthInput,
    client: &ClientInfo,
) -> Result<Export, Error> {
    let writer = ExportWriter::document;
    start(
        services,
        caller,
        input,
        client,
        "json",
        "application/json",
        writer,
    )
    .await
}

/// Starts an export with the contents of files, as a ZIP archive.
///
/// # Errors
/// As [`export_data`].
pub async fn export_archive(
    services: &Services,
    caller: &Caller,
    input: ReauthInput,
    client: &ClientInfo,
) -> Result<Export, Error> {
    let writer = ExportWriter::archive;
    start(services, caller, input, client, "zip", "application/zip", writer).await
}

async fn start(
    services: &Services,
    caller: &Caller,
    input: ReauthInput,
    client: &ClientInfo,
    extension: &str,
    media_type: &'static str,
    writer: fn(Services, Caller, ExportSink) -> ExportWriter,
) -> Result<Export, Error> {
    let policy = ReauthPolicy::PasswordOrRecentSignIn;
    reauthenticate(services, caller, client, policy, "password", input.password).await?;
    let mut tx = begin_for_user(services, caller.user.id).await?;
    let action = AuditAction::DataExported;
    audit::append_to_account(services, &mut tx, caller.user.id, caller.ip, action).await?;
    tx.commit().await?;
    let date = services.clock.now().format("%Y-%m-%d");
    let (owned_services, owned_caller) = (services.clone(), caller.clone());
    let export = start_export(
        services,
        caller.user.id,
        format!("jobhax-{date}.{extension}"),
        media_type,
        |sink| async move { Box::pin(writer(owned_services, owned_caller, sink).write()).await },
    )?;
    server_log::record(AuditEvent::DataExported, Some(caller.user.id), Some(client.ip()));
    Ok(export)
}
