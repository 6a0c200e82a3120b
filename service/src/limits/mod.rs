//! Limits on how often something may be asked, counted in Postgres for all servers together.
//!
//! Each use case that a stranger can reach asks once, before it does anything costly. When counting fails nothing is let
//! through. Requests of programs are counted in batches: see `lease`.

mod client;
mod lease;
mod queries;
mod setting;

pub use client::{Client, Standing};
pub use setting::{Limit, Limits};

use crate::{
    Error, Services,
    db::{SystemReason, SystemTx},
    security::{self, Event},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ApiError, ErrorCode, SessionId, UserId};
use lease::{Leases, Spent};
use queries::{Counted, Door, Wanted};
use std::sync::Arc;
use uuid::Uuid;

/// How long a place is known after a sign-in.
const PLACE: TimeDelta = TimeDelta::days(90);
/// A batch is this part of the limit.
const BATCHES: u32 = 20;

/// The limits, and what this process holds of them.
#[derive(Clone, Debug, Default)]
pub struct Limiter {
    limits: Limits,
    leases: Arc<Leases>,
}

impl Limiter {
    /// With these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            leases: Arc::default(),
        }
    }
}

/// Before an account is made.
pub(crate) async fn register(services: &Services, client: &Client) -> Result<(), Error> {
    let limit = services.limiter.limits.register;
    take(services, client, &[(limit, &client.place())]).await
}

/// Before a demo workspace is made.
pub(crate) async fn demo(services: &Services, client: &Client) -> Result<(), Error> {
    let limit = services.limiter.limits.demo;
    take(services, client, &[(limit, &client.place())]).await
}

/// Before a sign-in that another provider vouches for.
///
/// # Errors
/// `rate_limited`; [`Error::Unavailable`] when nobody can count.
pub async fn sign_in(services: &Services, client: &Client) -> Result<(), Error> {
    let limit = services.limiter.limits.login_address;
    take(services, client, &[(limit, &client.place())]).await
}

/// Before a mail is sent that somebody asks for without being signed in: to reset a password, to confirm an address
/// again. The same for addresses that nobody has registered.
///
/// # Errors
/// As [`sign_in`].
pub async fn mail(services: &Services, client: &Client, email_key: &str) -> Result<(), Error> {
    let limits = services.limiter.limits;
    let wanted = [(limits.mail, email_key), (limits.mail_address, &client.place())];
    take(services, client, &wanted).await
}

/// Before the secret of such a mail is looked up.
///
/// # Errors
/// As [`sign_in`].
pub async fn reset(services: &Services, client: &Client) -> Result<(), Error> {
    let limit = services.limiter.limits.reset;
    take(services, client, &[(limit, &client.place())]).await
}

/// A try to sign in that may go on.
pub(crate) struct Allowed {
    known: bool,
    address_hash: Vec<u8>,
    /// The counter of tries without success, when many of them came before.
    worn: Option<Vec<u8>>,
}

/// Before a password is checked, in one statement. Where the person has signed in before, strangers elsewhere cannot use
/// up the tries: those places have counters of their own.
pub(crate) async fn login(services: &Services, client: &Client, email_key: &str) -> Result<Allowed, Error> {
    let limits = services.limiter.limits;
    let (now, place) = (services.clock.now(), client.place());
    let pair = format!("{email_key}\0{place}");
    let (wanted, named) = wanted(
        services,
        &[
            (limits.login_email, pair.as_str()),
            (limits.login_address, &place),
        ],
        now,
    );
    let account = limits.login_account;
    let (known, unknown) = (key(services, account, &pair), key(services, account, email_key));
    let address_hash = hash(services, "sign-in place", &place);
    let door = Door {
        email_key,
        address_hash: &address_hash,
        known: &known,
        unknown: &unknown,
        most: if account.most == 0 {
            i32::MAX
        } else {
            signed(account.most)
        },
        ends: now + account.window,
    };
    let counted = async {
        let mut conn = services.db.system_read(SystemReason::Login).await?;
        queries::take_at_door(conn.conn(), &wanted, &door, now).await
    };
    let (is_known, counted) = counted.await.map_err(closed)?;
    let mut named = named;
    named.push((account, if is_known { known } else { unknown }));
    let worn = counted
        .iter()
        .find(|c| named.last().is_some_and(|(_, key)| *key == c.key))
        .filter(|c| account.most > 0 && unsigned(c.used) > account.most / 2)
        .map(|c| c.key.clone());
    judge(client, &named, &counted, now)?;
    Ok(Allowed {
        known: is_known,
        address_hash,
        worn,
    })
}

/// The password was right: the place is known from now on, and earlier failures there are forgotten.
pub(crate) async fn welcome(services: &Services, user: UserId, allowed: &Allowed) -> Result<(), Error> {
    if !allowed.known {
        let mut conn = services.db.system_read(SystemReason::Login).await?;
        let until = services.clock.now() + PLACE;
        return queries::insert_place(conn.conn(), user, &allowed.address_hash, until).await;
    }
    if let Some(key) = &allowed.worn {
        let mut conn = services.db.system_read(SystemReason::Login).await?;
        queries::forget(conn.conn(), key).await?;
    }
    Ok(())
}

/// Before a refresh token is exchanged, in the transaction that holds it.
pub(crate) async fn refresh(
    services: &Services,
    tx: &mut SystemTx,
    client: &Client,
    family: SessionId,
) -> Result<(), Error> {
    let limit = services.limiter.limits.refresh;
    if limit.most == 0 {
        return Ok(());
    }
    let now = services.clock.now();
    let (wanted, named) = wanted(services, &[(limit, &family.to_string())], now);
    let counted = queries::take(tx.conn(), &wanted, 1, now).await.map_err(closed)?;
    judge(client, &named, &counted, now)
}

/// For each request of a program, after it is known who calls. Costs a statement once in a batch.
///
/// # Errors
/// As [`sign_in`].
pub async fn api(services: &Services, client: &Client, whose: Uuid) -> Result<(), Error> {
    let limit = services.limiter.limits.api;
    if limit.most == 0 {
        return Ok(());
    }
    let (now, leases) = (services.clock.now(), &services.limiter.leases);
    match leases.spend(whose, limit.most, now) {
        Spent::One(used, ends_at) => {
            client.stands(Standing::new(limit, used, ends_at, now));
            Ok(())
        }
        Spent::Full(ends_at) => Err(too_many(client, limit, ends_at, now)),
        Spent::Unknown => {
            let (wanted, named) = wanted(services, &[(limit, &whose.to_string())], now);
            let batch = signed((limit.most / BATCHES).max(1));
            let counted = async {
                let mut conn = services.db.system_read(SystemReason::Count).await?;
                queries::take(conn.conn(), &wanted, batch, now).await
            };
            let counted = counted.await.map_err(closed)?;
            for c in &counted {
                leases.put(whose, unsigned(c.granted), unsigned(c.used), c.ends_at);
            }
            // Nothing is left in common; another request may have brought something here meanwhile.
            if counted.iter().any(|c| c.granted == 0)
                && let Spent::One(used, ends_at) = leases.spend(whose, limit.most, now)
            {
                client.stands(Standing::new(limit, used, ends_at, now));
                return Ok(());
            }
            judge(client, &named, &counted, now)
        }
    }
}

/// Forgets what has ended, here and in the database.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn sweep(services: &Services) -> Result<(), Error> {
    let now = services.clock.now();
    services.limiter.leases.prune(now);
    let mut conn = services.db.system_read(SystemReason::Sweep).await?;
    queries::delete_ended(conn.conn(), now).await
}

/// A limit and the key of its counter.
type Named = (Limit, Vec<u8>);

async fn take(services: &Services, client: &Client, limits: &[(Limit, &str)]) -> Result<(), Error> {
    let now = services.clock.now();
    let (wanted, named) = wanted(services, limits, now);
    if named.is_empty() {
        return Ok(());
    }
    let counted = async {
        let mut conn = services.db.system_read(SystemReason::Count).await?;
        queries::take(conn.conn(), &wanted, 1, now).await
    };
    judge(client, &named, &counted.await.map_err(closed)?, now)
}

/// The counters of the limits that are not off.
fn wanted(services: &Services, limits: &[(Limit, &str)], now: DateTime<Utc>) -> (Wanted, Vec<Named>) {
    let (mut wanted, mut named) = (Wanted::default(), Vec::new());
    for (limit, whom) in limits.iter().filter(|(limit, _)| limit.most > 0) {
        let key = key(services, *limit, whom);
        wanted.keys.push(key.clone());
        wanted.most.push(signed(limit.most));
        wanted.ends.push(now + limit.window);
        named.push((*limit, key));
    }
    (wanted, named)
}

/// Lets through or refuses, and notes how the client stands.
fn judge(client: &Client, named: &[Named], counted: &[Counted], now: DateTime<Utc>) -> Result<(), Error> {
    let mut stands: Option<Standing> = None;
    let mut full: Option<(Limit, DateTime<Utc>)> = None;
    for (limit, key) in named.iter().filter(|(limit, _)| limit.most > 0) {
        let Some(c) = counted.iter().find(|c| c.key == *key) else {
            return Err(Error::Internal(format!(
                "the limit {} was not counted",
                limit.name
            )));
        };
        if c.granted == 0 && full.is_none_or(|(_, ends_at)| ends_at < c.ends_at) {
            full = Some((*limit, c.ends_at));
        }
        // Of a batch only one is used yet.
        let used = (unsigned(c.used) + 1).saturating_sub(unsigned(c.granted));
        let standing = Standing::new(*limit, used, c.ends_at, now);
        if stands.is_none_or(|s| standing.remaining < s.remaining) {
            stands = Some(standing);
        }
    }
    if let Some((limit, ends_at)) = full {
        return Err(too_many(client, limit, ends_at, now));
    }
    if let Some(standing) = stands {
        client.stands(standing);
    }
    Ok(())
}

fn too_many(client: &Client, limit: Limit, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let standing = Standing::new(limit, limit.most, ends_at, now);
    client.stands(standing);
    ::metrics::counter!("jobhax_rate_limited_total", "limit" => limit.name).increment(1);
    security::note(Event::RateLimited, None, Some(client));
    let detail = format!(
        "Too many requests. Wait {} before the next.",
        in_words(standing.reset)
    );
    let mut error = ApiError::new(ErrorCode::RateLimited, detail);
    error.retry_after = Some(standing.reset);
    error.into()
}

fn in_words(seconds: u32) -> String {
    let (number, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5_400 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Nobody can count, so nobody is let through.
fn closed(error: Error) -> Error {
    match error {
        Error::Database(source) => {
            tracing::error!(error = %source, "the limits cannot be counted: refusing");
            Error::Unavailable(source)
        }
        other => other,
    }
}

fn key(services: &Services, limit: Limit, whom: &str) -> Vec<u8> {
    hash(services, "rate limit", &format!("{}\0{whom}", limit.name))
}

fn hash(services: &Services, purpose: &str, text: &str) -> Vec<u8> {
    services.keys.tag(purpose, text.as_bytes())[..16].to_vec()
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn unsigned(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn waits_are_said_in_words() {
        assert_eq!(in_words(1), "1 second");
        assert_eq!(in_words(90), "90 seconds");
        assert_eq!(in_words(91), "2 minutes");
        assert_eq!(in_words(5_401), "2 hours");
    }
}
