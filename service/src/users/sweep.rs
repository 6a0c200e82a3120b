//! Removing what has expired.

use super::queries;
use crate::{Error, Services, db::SystemReason};

/// Removes ended sessions, demo accounts and their workspaces. Safe to run at any time and on several servers.
pub async fn sweep(services: &Services) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services.db.system(SystemReason::Sweep).await?;
    queries::delete_expired(&mut tx, now).await?;
    tx.commit().await
}
