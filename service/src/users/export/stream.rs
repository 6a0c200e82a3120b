//! The stream of an export: chunks for a reader that may be slow.

use super::{Export, slots::ExportPermit};
use crate::{Error, Services};
use domain::{ErrorCode, UserId};
use tokio::sync::mpsc;

/// Number of chunks that are buffered for a slow client.
const CHANNEL_CAPACITY: usize = 2;

/// Why writing ended early.
pub(crate) enum WriteError {
    /// The client has disconnected.
    ReceiverClosed,
    Failed(Error),
}

impl From<Error> for WriteError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The destination of an export. Holds a slot.
pub(crate) struct ExportSink {
    sender: mpsc::Sender<Result<Vec<u8>, Error>>,
    permit: ExportPermit,
}

impl ExportSink {
    /// Sends a chunk and waits until the reader has room for it.
    pub async fn send(&self, chunk: impl Into<Vec<u8>>) -> Result<(), WriteError> {
        match self
            .permit
            .wait_for_reader(self.sender.send(Ok(chunk.into())))
            .await
        {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) => Err(WriteError::ReceiverClosed),
            None => Err(Error::api(
                ErrorCode::Unavailable,
                "The export was read too slowly while others were waiting.",
            )
            .into()),
        }
    }
}

/// Starts an export that `write` writes in its own task, as soon as the user has a slot.
///
/// # Errors
/// `rate_limited` while other exports of the user are running; `unavailable` while too many exports are running.
pub(crate) fn start_export<F: Future<Output = Result<(), WriteError>> + Send + 'static>(
    services: &Services,
    user: UserId,
    file_name: String,
    media_type: &'static str,
    write: impl FnOnce(ExportSink) -> F,
) -> Result<Export, Error> {
    let permit = services.export_slots.acquire(user)?;
    let (sender, chunks) = mpsc::channel(CHANNEL_CAPACITY);
    let written = write(ExportSink {
        sender: sender.clone(),
        permit,
    });
    tokio::spawn(async move {
        // The slot is freed at the end, even if sending the error waits for a slow reader.
        match written.await {
            Ok(()) | Err(WriteError::ReceiverClosed) => {}
            Err(WriteError::Failed(error)) => {
                // A closed channel means that the client is gone: the error cannot be reported.
                let _ = sender.send(Err(error)).await;
            }
        }
    });
    Ok(Export {
        file_name,
        media_type,
        chunks,
    })
}
