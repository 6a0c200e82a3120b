//! Removing what has expired.

use super::queries;
use crate::{Error, Services, db::SystemReason, identities, letters};

/// Removes ended sessions, demo accounts and their workspaces, ways to providers, links and letters that are too old. Safe to run at any time and on several servers.
pub async fn sweep(services: &Services) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services.db.system(SystemReason::Sweep).await?;
    queries::delete_expired(&mut tx, now).await?;
    identities::queries::delete_expired_flows(&mut tx, now).await?;
    tx.commit().await?;
    letters::sweep(&mut services.db.system_read(SystemReason::Sweep).await?, now).await?;
    letters::sweep_outbox(services)
        .await
        .map_err(|e| Error::Internal(format!("sweeping the outbox: {e}")))
}
