//! Limits on password checks. Networks from which a user has signed in before have separate failure counters, so that
//! attackers elsewhere cannot lock the user out.

use super::{
    Limit,
    counter::{CounterKey, Counters, counter_key, fail_closed, hash},
    queries::{self, LoginAttempt},
};
use crate::{Error, Services, context::ClientInfo};
use chrono::TimeDelta;
use domain::UserId;

/// How long a network stays known after a sign-in.
const KNOWN_NETWORK_TTL: TimeDelta = TimeDelta::days(90);

/// The permission to check a password once.
pub(crate) struct LoginPermit {
    is_known_network: bool,
    network_hash: Vec<u8>,
    /// The failure counter to reset after a successful login; set only when more than half of the limit is used.
    failure_counter: Option<CounterKey>,
}

/// Call this before a password is checked. One statement.
///
/// # Errors
/// As [`check_register`](super::check_register).
pub(crate) async fn check_login(
    services: &Services,
    client: &ClientInfo,
    email_normalized: &str,
) -> Result<LoginPermit, Error> {
    let limits = services.limiter.limits;
    let (now, network) = (services.clock.now(), client.network_key());
    let email_and_network = format!("{email_normalized}\0{network}");
    let subjects = [
        (limits.login_email, email_and_network.as_str()),
        (limits.login_address, &network),
    ];
    let mut counters = Counters::new(services, &subjects, now);

    let limit = limits.login_failures_per_account;
    let known_network_key = counter_key(services, limit, &email_and_network);
    let other_networks_key = counter_key(services, limit, email_normalized);
    let network_hash = hash(services, "login network", &network);
    let attempt = LoginAttempt {
        email_normalized,
        network_hash: &network_hash,
        known_network_key: &known_network_key,
        other_networks_key: &other_networks_key,
        max: max_failures(limit),
        window_ends_at: now + limit.window,
    };
    let consume = async {
        let mut conn = services.db.global_conn().await?;
        queries::consume_login_attempt(conn.conn(), &counters.request, &attempt, now).await
    };
    let (is_known_network, usages) = consume.await.map_err(fail_closed)?;
    let key = if is_known_network {
        known_network_key
    } else {
        other_networks_key
    };
    let failure_counter = usages
        .iter()
        .find(|usage| usage.key == key)
        .filter(|usage| !limit.is_off() && usage.count() > limit.max / 2)
        .map(|usage| usage.key.clone());
    counters.push(limit, key);
    counters.check_usage(client, &usages, now)?;
    Ok(LoginPermit {
        is_known_network,
        network_hash,
        failure_counter,
    })
}

/// Call this when the password was right: remembers the network, and resets its failure counter.
pub(crate) async fn record_login_success(
    services: &Services,
    user: UserId,
    permit: &LoginPermit,
) -> Result<(), Error> {
    if !permit.is_known_network {
        let mut conn = services.db.global_conn().await?;
        let expires_at = services.clock.now() + KNOWN_NETWORK_TTL;
        return queries::insert_known_network(conn.conn(), user, &permit.network_hash, expires_at).await;
    }
    if let Some(key) = &permit.failure_counter {
        let mut conn = services.db.global_conn().await?;
        queries::reset_counter(conn.conn(), key).await?;
    }
    Ok(())
}

/// The statement always counts failures, so a limit that is off must never be reached.
fn max_failures(limit: Limit) -> i32 {
    if limit.is_off() {
        i32::MAX
    } else {
        i32::try_from(limit.max).unwrap_or(i32::MAX)
    }
}
