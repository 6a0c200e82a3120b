//! Removal of expired rows and files.

use crate::{
    Error, Services, audit,
    auth::{self, Invalidation, oauth},
    changes, coaching, email, keys,
    organizations::queries::invitations,
    tenants, uploads,
    users::deletion,
};

/// Deletes expired sessions, demo accounts with their tenants, OAuth flows and email tokens, old counts of requests with API keys, old
/// audit events, entries of the access log and changes, old files in the outbox, and files of uploads that were aborted by a crash. Can
/// run at any time, on several servers at once.
pub async fn delete_expired(services: &Services) -> Result<(), Error> {
    let now = services.clock.now();
    let mut tx = services.db.begin_global().await?;
    deletion::queries::lock_expired(&mut tx, now).await?;
    let tenants = tenants::queries::delete_expired(&mut tx, now).await?;
    let users = auth::queries::delete_expired_users(&mut tx, now).await?;
    let tenants = tenants.into_iter().map(Invalidation::Tenant);
    let users = users.into_iter().map(Invalidation::User);
    let invalidations: Vec<Invalidation> = tenants.chain(users).collect();
    services.auth_cache.commit(tx, &invalidations).await?;
    // Each deletion runs in its own transaction and skips locked rows, because the rows belong to various users, whose locks this code
    // does not hold.
    {
        let mut conn = services.db.global_conn().await?;
        auth::delete_expired_sessions(&mut conn, now).await?;
        oauth::delete_expired_flows(&mut conn, now).await?;
        email::tokens::delete_expired(&mut conn, now).await?;
        invitations::delete_expired(&mut conn, now).await?;
    }
    keys::delete_expired(services).await?;
    audit::delete_expired(services).await?;
    coaching::delete_expired(services).await?;
    changes::delete_expired(services).await?;
    email::delete_old_outbox_files(services)
        .await
        .map_err(|e| Error::Internal(format!("deleting old emails from the outbox: {e}")))?;
    uploads::delete_orphans(services).await
}
