//! Effects of attempts on their deliveries and on the health of the endpoint.

use super::{
    queries::{
        attempts::{self, AttemptRow, DeliveryResult},
        deliveries,
        endpoints::{EndpointRow, Health},
    },
    sender::Outcome,
};
use crate::{Error, Services, platform::db::TenantTx};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    WebhookDeliveryId,
    webhooks::{DISABLE_AFTER, DeliveryStatus, EXPIRE_AFTER, EndpointState, pause, retry_delay},
};

/// Maximum delay that an endpoint can request.
const MAX_RETRY_AFTER: TimeDelta = TimeDelta::hours(1);
/// After this number of failed rounds, a success means that the endpoint works again. After fewer, the endpoint may only have rejected
/// some events.
const OUTAGE_ROUNDS: i32 = 3;

/// An attempt that has ended.
pub(super) struct Attempt {
    pub delivery: WebhookDeliveryId,
    /// Failed attempts before it.
    pub failures: i32,
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
}

/// Stores the attempts of one round, and changes state and health of the endpoint, which the caller stores.
pub(super) async fn record(
    services: &Services,
    tx: &mut TenantTx,
    endpoint: &mut EndpointRow,
    attempts: &[Attempt],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if attempts.is_empty() {
        return Ok(());
    }
    let rows: Vec<AttemptRow<'_>> = attempts.iter().map(|attempt| to_row(services, attempt)).collect();
    let results: Vec<DeliveryResult> = attempts
        .iter()
        .map(|attempt| to_result(services, attempt, now))
        .collect();
    attempts::finish(tx, &results, now).await?;
    attempts::insert(tx, &rows).await?;
    if endpoint.state != EndpointState::Enabled {
        return Ok(());
    }
    let was_down = endpoint.health.failed_rounds >= OUTAGE_ROUNDS;
    endpoint.health = next_health(&endpoint.health, attempts, now);
    endpoint.state = state_of(&endpoint.health, attempts, now);
    if endpoint.state != EndpointState::Enabled {
        deliveries::fail_pending(tx, endpoint.id, None).await?;
    } else if was_down && endpoint.health.failed_rounds == 0 {
        deliveries::make_pending_due(tx, endpoint.id, now).await?;
    } else if endpoint
        .health
        .failing_since
        .is_some_and(|since| now - since >= EXPIRE_AFTER)
    {
        deliveries::fail_pending(tx, endpoint.id, Some(now - EXPIRE_AFTER)).await?;
    }
    Ok(())
}

fn next_health(health: &Health, attempts: &[Attempt], now: DateTime<Utc>) -> Health {
    if attempts.iter().any(|attempt| attempt.outcome.is_success()) {
        return Health::default();
    }
    let failed_rounds = health.failed_rounds.saturating_add(1);
    let requested = attempts.iter().map(requested_pause).max().unwrap_or_default();
    Health {
        failing_since: health.failing_since.or(Some(now)),
        failed_rounds,
        paused_until: Some(now + pause(failed_rounds.unsigned_abs()).max(requested)),
    }
}

/// The delay that the endpoint requests, up to an hour.
fn requested_pause(attempt: &Attempt) -> TimeDelta {
    let requested = attempt.outcome.retry_after.unwrap_or_default();
    TimeDelta::from_std(requested).map_or(MAX_RETRY_AFTER, |pause| pause.min(MAX_RETRY_AFTER))
}

fn state_of(health: &Health, attempts: &[Attempt], now: DateTime<Utc>) -> EndpointState {
    if attempts.iter().any(|attempt| attempt.outcome.is_gone()) {
        EndpointState::Gone
    } else if health
        .failing_since
        .is_some_and(|since| now - since >= DISABLE_AFTER)
    {
        EndpointState::Failing
    } else {
        EndpointState::Enabled
    }
}

fn to_row<'a>(services: &Services, attempt: &'a Attempt) -> AttemptRow<'a> {
    let outcome = &attempt.outcome;
    AttemptRow {
        id: services.id(),
        delivery: attempt.delivery,
        at: attempt.at,
        duration_ms: i32::try_from(outcome.duration.as_millis()).unwrap_or(i32::MAX),
        status_code: outcome.status.map(i32::from),
        error: outcome.error.as_deref(),
        response: outcome.response.as_deref(),
    }
}

fn to_result(services: &Services, attempt: &Attempt, now: DateTime<Utc>) -> DeliveryResult {
    let failures = attempt.failures.saturating_add(1);
    let (status, failures, next_attempt_at) = if attempt.outcome.is_success() {
        (DeliveryStatus::Delivered, attempt.failures, None)
    } else {
        let mut random = [0; 4];
        services.rng.fill(&mut random);
        let delay = retry_delay(failures.unsigned_abs() as usize, u32::from_le_bytes(random));
        match delay {
            Some(delay) => {
                let next = now + delay.max(requested_pause(attempt));
                (DeliveryStatus::Pending, failures, Some(next))
            }
            None => (DeliveryStatus::Failed, failures, None),
        }
    };
    DeliveryResult {
        delivery: attempt.delivery,
        status,
        failures,
        next_attempt_at,
    }
}
