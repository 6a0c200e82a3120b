//! SQL that counts. Global tables: whom a limit counts may have no tenant yet.

use crate::Error;
use chrono::{DateTime, Utc};
use domain::UserId;
use sqlx::{PgConnection, query};

/// A counter after a try.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub key: Vec<u8>,
    pub used: i32,
    pub ends_at: DateTime<Utc>,
    /// How many permits were given; 0 where this counter is full.
    pub granted: i32,
}

/// What is counted.
#[derive(Default)]
pub(super) struct Wanted {
    pub keys: Vec<Vec<u8>>,
    pub most: Vec<i32>,
    pub ends: Vec<DateTime<Utc>>,
}

/// Counts under all keys, or under none.
pub(super) async fn take(
    conn: &mut PgConnection,
    wanted: &Wanted,
    batch: i32,
    now: DateTime<Utc>,
) -> Result<Vec<Counted>, Error> {
    let rows = sqlx::query_as!(
        Counted,
        r#"
        select key as "key!", used as "used!", ends_at as "ends_at!", granted as "granted!"
        from take_permits($1, $2, $3, $4, $5)
        "#,
        &wanted.keys as &[Vec<u8>],
        &wanted.most,
        &wanted.ends,
        now,
        batch,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Where somebody tries to sign in from, and the counters of that.
pub(super) struct Door<'a> {
    pub email_key: &'a str,
    pub address_hash: &'a [u8],
    /// The counter for places where the person has signed in before, and the one for all others together.
    pub known: &'a [u8],
    pub unknown: &'a [u8],
    pub most: i32,
    pub ends: DateTime<Utc>,
}

/// As [`take`], and counts under one of the two keys of the door as well; says first which.
pub(super) async fn take_at_door(
    conn: &mut PgConnection,
    wanted: &Wanted,
    door: &Door<'_>,
    now: DateTime<Utc>,
) -> Result<(bool, Vec<Counted>), Error> {
    let rows = query!(
        r#"
        with place as (
          select exists (
            select 1 from login_place p join users u on u.id = p.user_id
            where u.email_key = $1 and p.address_hash = $2 and p.expires_at > $3
          ) as known
        )
        select place.known as "known!", t.key as "key!", t.used as "used!", t.ends_at as "ends_at!", t.granted as "granted!"
        from place, take_permits(
          $4::bytea[] || case when place.known then $5::bytea else $6::bytea end,
          $7::integer[] || $8::integer, $9::timestamptz[] || $10::timestamptz, $3, 1) t
        "#,
        door.email_key,
        door.address_hash,
        now,
        &wanted.keys as &[Vec<u8>],
        door.known,
        door.unknown,
        &wanted.most,
        door.most,
        &wanted.ends,
        door.ends,
    )
    .fetch_all(conn)
    .await?;
    let known = rows.first().is_some_and(|row| row.known);
    let counted = rows.into_iter().map(|row| Counted {
        key: row.key,
        used: row.used,
        ends_at: row.ends_at,
        granted: row.granted,
    });
    Ok((known, counted.collect()))
}

/// From now on the person is known there.
pub(super) async fn insert_place(
    conn: &mut PgConnection,
    user: UserId,
    address_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into login_place (user_id, address_hash, expires_at) values ($1, $2, $3)
        on conflict (user_id, address_hash) do update set expires_at = excluded.expires_at
        "#,
        user.0,
        address_hash,
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Begins the count anew.
pub(super) async fn forget(conn: &mut PgConnection, key: &[u8]) -> Result<(), Error> {
    query!("delete from rate_limit where key = $1", key)
        .execute(conn)
        .await?;
    Ok(())
}

/// Counters of windows that have ended, and places that were not used for long.
pub(super) async fn delete_ended(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
    query!("delete from rate_limit where ends_at <= $1", now)
        .execute(&mut *conn)
        .await?;
    query!("delete from login_place where expires_at <= $1", now)
        .execute(conn)
        .await?;
    Ok(())
}
