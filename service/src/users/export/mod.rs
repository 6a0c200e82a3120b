//! Export of all data of a user as one JSON document. It is streamed: only one page of rows is in memory, and no database
//! connection is held while the client reads slowly.

mod queries;
mod slots;
mod writer;

pub use slots::ExportSlots;

use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    auth::{ReauthPolicy, reauthenticate},
    context::{Caller, ClientInfo},
};
use domain::auth::ReauthInput;
use tokio::sync::mpsc;
use writer::{ExportWriter, WriteError};

/// Number of chunks that are buffered for a slow client.
const CHANNEL_CAPACITY: usize = 2;

/// A document that is being written.
pub struct Export {
    /// Suggested file name.
    pub file_name: String,
    /// Chunks of the document. An error must break the connection, so that the client does not take an incomplete document for
    /// a complete one.
    pub chunks: mpsc::Receiver<Result<Vec<u8>, Error>>,
}

/// Starts an export.
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
    let policy = ReauthPolicy::PasswordOrRecentSignIn;
    reauthenticate(services, caller, client, policy, "password", input.password).await?;
    let permit = services.export_slots.acquire(caller.user.id)?;
    audit_log::record(AuditEvent::DataExported, Some(caller.user.id), Some(client.ip()));
    let (sender, chunks) = mpsc::channel(CHANNEL_CAPACITY);
    let date = services.clock.now().format("%Y-%m-%d");
    let writer = ExportWriter::new(services.clone(), caller.clone(), sender.clone(), permit);
    tokio::spawn(async move {
        let result = writer.write_document().await;
        // Its slot is free, even if the error waits for a slow reader.
        drop(writer);
        match result {
            Ok(()) | Err(WriteError::ReceiverClosed) => {}
            Err(WriteError::Failed(error)) => {
                // A closed channel means that the client is gone: the error cannot be reported.
                let _ = sender.send(Err(error)).await;
            }
        }
    });
    Ok(Export {
        file_name: format!("jobhax-{date}.json"),
        chunks,
    })
}
