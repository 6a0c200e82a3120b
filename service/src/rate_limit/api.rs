//! Limits of requests of the API and of pages, which are counted in batches, see [`local_batch`](super::local_batch).

use super::{
    Limit,
    counter::{self, Counters, fail_closed, rate_limited, set_status},
    local_batch::Spend,
    queries,
};
use crate::{
    Error, Services,
    context::{Caller, ClientInfo},
};
use chrono::{DateTime, Utc};
use domain::ApiKeyId;
use tracing::Instrument as _;
use uuid::Uuid;

/// The size of a batch is the limit divided by this number.
const BATCHES_PER_WINDOW: u32 = 20;

/// Call this for each authenticated request of the API and of pages. Counts it for the session and for the user, so that a
/// user with many sessions has a limit, too. Runs statements once per batch.
///
/// # Errors
/// As [`check_register`](super::check_register).
pub async fn check_caller(services: &Services, client: &ClientInfo, caller: &Caller) -> Result<(), Error> {
    check_in_batches(
        services,
        client,
        services.limiter.limits.api_user,
        caller.user.id.0,
    )
    .await?;
    check_api(services, client, caller.session.0).await
}

/// Call this for each authenticated request of the API: as [`check_caller`], for an API key under its own limit, and for the
/// workspace.
///
/// # Errors
/// As [`check_register`](super::check_register).
pub async fn check_api_caller(
    services: &Services,
    client: &ClientInfo,
    caller: &Caller,
    key: Option<ApiKeyId>,
) -> Result<(), Error> {
    let limits = services.limiter.limits;
    check_in_batches(services, client, limits.api_tenant, caller.tenant.id.0).await?;
    match key {
        None => check_caller(services, client, caller).await,
        Some(key) => {
            check_in_batches(services, client, limits.api_user, caller.user.id.0).await?;
            check_in_batches(services, client, limits.api_key, key.0).await
        }
    }
}

/// Call this before looking up an API key that is not cached. Runs no statement: it only rejects networks that, as far as this process
/// has seen, have reached the limit with unknown keys.
///
/// # Errors
/// `rate_limited`.
pub(crate) fn check_unknown_key(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.unknown_key;
    if limit.is_off() {
        return Ok(());
    }
    let now = services.clock.now();
    let subject = unknown_key_subject(services, client)?;
    match services
        .limiter
        .local_batches
        .exhausted_until(subject, limit, now)
    {
        Some(window_ends_at) => Err(rate_limited(client, limit, window_ends_at, now)),
        None => Ok(()),
    }
}

/// Counts a request with an API key that does not exist.
///
/// # Errors
/// As [`check_register`](super::check_register).
pub(crate) async fn count_unknown_key(services: &Services, client: &ClientInfo) -> Result<(), Error> {
    let limit = services.limiter.limits.unknown_key;
    let subject = unknown_key_subject(services, client)?;
    check_in_batches(services, client, limit, subject).await
}

fn unknown_key_subject(services: &Services, client: &ClientInfo) -> Result<Uuid, Error> {
    let hash = counter::hash(services, "unknown API keys", &client.network_key());
    Uuid::from_slice(&hash).map_err(|e| Error::Internal(format!("subject of a rate limit: {e}")))
}

/// The limit of a session; see [`check_caller`].
///
/// # Errors
/// As [`check_register`](super::check_register).
pub async fn check_api(services: &Services, client: &ClientInfo, session: Uuid) -> Result<(), Error> {
    check_in_batches(services, client, services.limiter.limits.api, session).await
}

async fn check_in_batches(
    services: &Services,
    client: &ClientInfo,
    limit: Limit,
    subject: Uuid,
) -> Result<(), Error> {
    if limit.is_off() {
        return Ok(());
    }
    let (now, batches) = (services.clock.now(), &services.limiter.local_batches);
    if let Some(spend) = batches.spend(subject, limit, now) {
        return check_spend(client, limit, spend, now);
    }
    // In a separate task, because the lock must also be released when the request is cancelled or not polled.
    let (services, client) = (services.clone(), client.clone());
    let refill = async move {
        let batches = &services.limiter.local_batches;
        let _lock = batches.lock_refill(subject).await;
        match batches.spend(subject, limit, now) {
            Some(spend) => check_spend(&client, limit, spend, now),
            None => refill(&services, &client, limit, subject, now).await,
        }
    };
    tokio::spawn(refill.in_current_span())
        .await
        .map_err(|error| Error::Internal(format!("the refill of a rate limit failed: {error}")))?
}

fn check_spend(client: &ClientInfo, limit: Limit, spend: Spend, now: DateTime<Utc>) -> Result<(), Error> {
    match spend {
        Spend::Allowed {
            count,
            window_ends_at,
        } => {
            set_status(client, limit, count, window_ends_at, now);
            Ok(())
        }
        Spend::Exhausted { window_ends_at } => Err(rate_limited(client, limit, window_ends_at, now)),
    }
}

/// Consumes a batch from the common counter; its first request is used immediately.
async fn refill(
    services: &Services,
    client: &ClientInfo,
    limit: Limit,
    subject: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let counters = Counters::new(services, &[(limit, &subject.to_string())], now);
    let batch_size = i32::try_from((limit.max / BATCHES_PER_WINDOW).max(1)).unwrap_or(i32::MAX);
    let consume = async {
        let mut conn = services.db.global_conn().await?;
        queries::consume(conn.conn(), &counters.request, batch_size, now).await
    };
    let usages = consume.await.map_err(fail_closed)?;
    for usage in &usages {
        let (granted, count) = (usage.granted(), usage.count());
        services
            .limiter
            .local_batches
            .refill(subject, limit, granted, count, usage.window_ends_at);
    }
    counters.check_usage(client, &usages, now)
}
