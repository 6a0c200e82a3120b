//! Listens for invalidations from all servers and keeps the cache valid while it is connected. Receives changes of data on the same
//! connection.
//!
//! Every 250 ms the listener pings its own connection. Each successful ping extends the cache's validity by 750 ms, counted
//! from before the ping: all earlier invalidations have been received by the time it returns. If pings stop for any reason,
//! the cache expires and requests fall back to the database.

use super::{AuthCache, Invalidation};
use crate::{
    Error, Services,
    platform::{db::Notification, notifier, rng},
};
use std::{convert::Infallible, time::Duration};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Notification channel, used by the SQL function `notify_auth_invalidation`.
const CHANNEL: &str = "jobhax_auth_invalidation";
/// First word of the payload of a listener's self-test. Other listeners ignore it.
const PROBE: &str = "hello";
/// How often the connection is pinged.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(250);
/// How long a ping keeps the cache valid. This limits how long a missed invalidation can go unnoticed.
const CACHE_VALIDITY: Duration = Duration::from_millis(750);
/// Maximum duration of connecting and of a ping.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);
/// Pause before connecting again.
const RECONNECT_DELAY: Duration = Duration::from_millis(500);

/// Listens until the future is dropped. While this does not run or has no connection, the cache is not used.
pub async fn run_invalidation_listener(services: &Services) {
    let mut is_failure_logged = false;
    loop {
        let Err(error) = listen_once(services, &mut is_failure_logged).await;
        services.auth_cache.clear();
        services.db.notifier().set_disconnected();
        if !is_failure_logged {
            tracing::warn!(%error, "auth cache disabled: invalidation listener disconnected");
            is_failure_logged = true;
        }
        sleep(RECONNECT_DELAY).await;
    }
}

/// Connects and listens until the connection fails.
async fn listen_once(services: &Services, is_failure_logged: &mut bool) -> Result<Infallible, Error> {
    let cache: &AuthCache = &services.auth_cache;
    let timed_out = || Error::Internal("the database did not respond in time".into());
    let mut listener = timeout(QUERY_TIMEOUT, services.db.listen([CHANNEL, notifier::CHANNEL]))
        .await
        .map_err(|_| timed_out())??;
    // Invalidations before this point may have been missed: drop the entries, and the inserts of pending lookups.
    cache.clear();
    let probe = format!("{PROBE} {}", rng::secret(services.rng.as_ref()));
    services.db.global_conn().await?.notify(CHANNEL, &probe).await?;
    let deadline = Instant::now() + QUERY_TIMEOUT;
    loop {
        let notification = timeout_at(deadline, listener.next()).await.map_err(|_| {
            Error::Internal(
                "notifications do not arrive; DATABASE_URL must point to Postgres itself or to a pooler in session mode"
                    .into(),
            )
        })??;
        if notification.payload == probe {
            break;
        }
    }
    services.db.notifier().set_connected();
    if std::mem::take(is_failure_logged) {
        tracing::info!("auth cache enabled: invalidation listener reconnected");
    }
    loop {
        let pinged_at = Instant::now();
        let notifications = timeout(QUERY_TIMEOUT, listener.check_alive(CHANNEL))
            .await
            .map_err(|_| timed_out())??;
        receive(services, &notifications);
        cache.set_valid_until(pinged_at + CACHE_VALIDITY);
        while let Ok(notification) = timeout_at(pinged_at + HEARTBEAT_INTERVAL, listener.next()).await {
            receive(services, &[notification?]);
        }
    }
}

/// Applies invalidations, and passes on changes of data. Skips the probes of other servers.
fn receive(services: &Services, notifications: &[Notification]) {
    let (changes, invalidations): (Vec<_>, Vec<_>) = notifications
        .iter()
        .partition(|notification| notification.channel == notifier::CHANNEL);
    let payloads = invalidations
        .into_iter()
        .map(|notification| &notification.payload);
    services.auth_cache.invalidate(
        payloads
            .filter(|payload| payload.split(' ').next() != Some(PROBE))
            .map(|payload| Invalidation::parse(payload)),
    );
    for change in changes {
        services.db.notifier().deliver(&change.payload);
    }
}
