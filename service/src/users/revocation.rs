//! Hears from the database what was revoked on any server, and says how long that can be relied on.
//!
//! Each beat asks the listening connection itself whether it still listens. What is kept in memory is believed for a short
//! while from the moment of asking, and all that was revoked before the answer came is known by then. When the connection
//! dies, with or without a word, or this process is held up, belief runs out by itself and every request asks the database.

use super::callers::Revoked;
use crate::{Error, Services, db::SystemReason, rng};
use std::{convert::Infallible, time::Duration};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Where the database tells of it.
pub(super) const CHANNEL: &str = "jobhax_revoked";
/// How often the connection is asked.
const BEAT: Duration = Duration::from_millis(250);
/// For so long after asking, what is kept is believed. An end that is not heard of holds at the latest after this time.
const BELIEF: Duration = Duration::from_millis(750);
/// A connection that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(2);
/// Waiting time before the next connection.
const AGAIN: Duration = Duration::from_millis(500);

/// Follows what is revoked until it is dropped. Without it, or while it has no connection, nothing is kept in memory.
pub async fn follow_revocations(services: &Services) {
    let mut complained = false;
    loop {
        let Err(ended) = one_connection(services, &mut complained).await;
        services.callers.doubt();
        if !complained {
            tracing::warn!(error = %ended, "what other servers revoke cannot be heard: each request asks the database until it can");
            complained = true;
        }
        sleep(AGAIN).await;
    }
}

/// Follows by one connection until that ends.
async fn one_connection(services: &Services, complained: &mut bool) -> Result<Infallible, Error> {
    let callers = &services.callers;
    let late = || Error::Internal("the database did not answer in time".into());
    let mut listener = timeout(PATIENCE, services.db.listen(CHANNEL))
        .await
        .map_err(|_| late())??;
    // From here on news is heard. Whatever was kept before is gone, and whatever was asked for before is not kept.
    callers.doubt();
    let hello = format!("hello {}", rng::secret(services.rng.as_ref()));
    services
        .db
        .system_read(SystemReason::Identify)
        .await?
        .notify(CHANNEL, &hello)
        .await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let heard = timeout_at(deadline, listener.next()).await.map_err(|_| {
            Error::Internal(
                "notifications do not arrive; DATABASE_URL must lead to Postgres itself, or to a pooler in session mode"
                    .into(),
            )
        })??;
        if heard == hello {
            break;
        }
    }
    if std::mem::take(complained) {
        tracing::info!("what other servers revoke is heard again");
    }
    loop {
        let asked = Instant::now();
        let news = timeout(PATIENCE, listener.beat(CHANNEL))
            .await
            .map_err(|_| late())??;
        callers.revoke(revoked(&news));
        callers.believe_until(asked + BELIEF);
        while let Ok(heard) = timeout_at(asked + BEAT, listener.next()).await {
            callers.revoke(revoked(&[heard?]));
        }
    }
}

/// Another server's hello concerns nobody.
fn revoked(news: &[String]) -> impl Iterator<Item = Revoked> + '_ {
    news.iter()
        .filter(|payload| !payload.starts_with("hello "))
        .map(|payload| Revoked::parse(payload))
}
