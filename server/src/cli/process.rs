//! What the operating system says to the process, and allows it.

use crate::start::StartError;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Becomes true at the first signal to stop.
pub fn watch_for_signals() -> Result<watch::Receiver<bool>, StartError> {
    let problem = |e: std::io::Error| StartError::Other(format!("cannot watch for signals: {e}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(problem)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(problem)?;
    let (told, stop) = watch::channel(false);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            told.send_replace(true);
        }
    });
    Ok(stop)
}

/// Ends when the process has been told to stop.
pub async fn told(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|told| *told).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Each connection is a file. Shells often allow 1 024 although the machine allows more.
pub fn raise_file_limit(connections: u32) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = u64::from(connections) + 256;
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(limit.maximum.map_or(wanted, |most| most.min(wanted)));
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "the limit of open files stays as it is");
        }
    }
}
