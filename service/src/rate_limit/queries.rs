//! SQL of rate limit counters. Global tables, because unauthenticated clients have no tenant.

use crate::{Error, platform::db::Connection};
use chrono::{DateTime, Utc};
use domain::UserId;
use sqlx::query;

/// A counter after a request.
#[derive(Clone, Debug)]
pub(super) struct Usage {
    pub key: Vec<u8>,
    count: i32,
    pub window_ends_at: DateTime<Utc>,
    granted: i32,
}

impl Usage {
    /// Requests counted in the present window.
    pub fn count(&self) -> u32 {
        u32::try_from(self.count).unwrap_or(0)
    }

    /// How many of the requested batch were granted; 0 when the limit is reached.
    pub fn granted(&self) -> u32 {
        u32::try_from(self.granted).unwrap_or(0)
    }
}

/// The counters to consume from.
#[derive(Default)]
pub(super) struct ConsumeRequest {
    pub keys: Vec<Vec<u8>>,
    pub max: Vec<i32>,
    /// The end of a window that begins with this request.
    pub window_ends_at: Vec<DateTime<Utc>>,
}

/// Consumes up to `batch_size` requests from all counters. If a counter is exhausted, consumes from no counter.
pub(super) async fn consume(
    conn: &mut Connection,
    request: &ConsumeRequest,
    batch_size: i32,
    now: DateTime<Utc>,
) -> Result<Vec<Usage>, Error> {
    let rows = sqlx::query_as!(
        Usage,
        r#"
        select key as "key!", count as "count!", window_ends_at as "window_ends_at!", granted as "granted!"
        from consume_rate_limit($1, $2, $3, $4, $5)
        "#,
        &request.keys as &[Vec<u8>],
        &request.max,
        &request.window_ends_at,
        now,
        batch_size,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// The failure counters of a login attempt.
pub(super) struct LoginAttempt<'a> {
    pub email_normalized: &'a str,
    pub network_hash: &'a [u8],
    /// The counter that is used if the user has signed in from this network before.
    pub known_network_key: &'a [u8],
    /// The counter that is shared by all other networks.
    pub other_networks_key: &'a [u8],
    pub max: i32,
    pub window_ends_at: DateTime<Utc>,
}

/// As [`consume`], and consumes from one of the two failure counters. Returns first whether the network is known.
pub(super) async fn consume_login_attempt(
    conn: &mut Connection,
    request: &ConsumeRequest,
    attempt: &LoginAttempt<'_>,
    now: DateTime<Utc>,
) -> Result<(bool, Vec<Usage>), Error> {
    let rows = query!(
        r#"
        with network as (
          select exists (
            select 1 from known_login_networks n join users u on u.id = n.user_id
            where u.email_normalized = $1 and n.network_hash = $2 and n.expires_at > $3
          ) as is_known
        )
        select network.is_known as "is_known!", t.key as "key!", t.count as "count!",
          t.window_ends_at as "window_ends_at!", t.granted as "granted!"
        from network, consume_rate_limit(
          $4::bytea[] || case when network.is_known then $5::bytea else $6::bytea end,
          $7::integer[] || $8::integer, $9::timestamptz[] || $10::timestamptz, $3, 1) t
        "#,
        attempt.email_normalized,
        attempt.network_hash,
        now,
        &request.keys as &[Vec<u8>],
        attempt.known_network_key,
        attempt.other_networks_key,
        &request.max,
        attempt.max,
        &request.window_ends_at,
        attempt.window_ends_at,
    )
    .fetch_all(conn)
    .await?;
    let is_known = rows.first().is_some_and(|row| row.is_known);
    let usages = rows.into_iter().map(|row| Usage {
        key: row.key,
        count: row.count,
        window_ends_at: row.window_ends_at,
        granted: row.granted,
    });
    Ok((is_known, usages.collect()))
}

/// Remembers a network from which the user has signed in.
pub(super) async fn insert_known_network(
    conn: &mut Connection,
    user: UserId,
    network_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into known_login_networks (user_id, network_hash, expires_at) values ($1, $2, $3)
        on conflict (user_id, network_hash) do update set expires_at = excluded.expires_at
        "#,
        user.0,
        network_hash,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn reset_counter(conn: &mut Connection, key: &[u8]) -> Result<(), Error> {
    query!("delete from rate_limits where key = $1", key)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes counters whose window has ended, and expired networks.
pub(super) async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> Result<(), Error> {
    query!("delete from rate_limits where window_ends_at <= $1", now)
        .execute(&mut *conn)
        .await?;
    query!("delete from known_login_networks where expires_at <= $1", now)
        .execute(conn)
        .await?;
    Ok(())
}
