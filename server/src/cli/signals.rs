//! Shutdown signals and the limit of open files.

use crate::error::StartupError;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// A receiver whose value becomes true at the first SIGTERM or SIGINT.
pub fn listen() -> Result<watch::Receiver<bool>, StartupError> {
    let error = |e: std::io::Error| StartupError::Other(format!("cannot listen for signals: {e}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(error)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(error)?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            sender.send_replace(true);
        }
    });
    Ok(receiver)
}

/// Completes at the first shutdown signal.
pub async fn shutdown_signal(mut receiver: watch::Receiver<bool>) {
    if receiver.wait_for(|received| *received).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Raises the soft limit of open files, because each connection needs one. Shells often limit it to 1024.
pub fn raise_open_file_limit(connections: u32) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    /// File descriptors for everything except client connections.
    const RESERVE: u64 = 256;
    let mut limit = getrlimit(Resource::Nofile);
    let required = u64::from(connections) + RESERVE;
    if limit.current.is_some_and(|current| current < required) {
        limit.current = Some(limit.maximum.map_or(required, |max| max.min(required)));
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "raising the open file limit failed");
        }
    }
}
