//! SQL for API keys and their usage. Global tables only.

use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{ApiKeyId, TenantId, UserId, keys::ApiKey, scopes::Scope};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

pub(super) struct NewKey<'a> {
    pub tenant: TenantId,
    pub user: UserId,
    pub key: &'a ApiKey,
    pub secret_hash: &'a [u8],
}

/// Requests with a key on one day.
pub(super) struct UsageRow {
    pub key: ApiKeyId,
    pub day: NaiveDate,
    pub status_class: i16,
    pub requests: i64,
}

struct KeyRow {
    id: Uuid,
    name: String,
    prefix: String,
    scopes: Vec<String>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = Error;

    fn try_from(row: KeyRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            prefix: row.prefix,
            scopes: parse_scopes(&row.scopes)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    }
}

fn parse_scopes(scopes: &[String]) -> Result<Vec<Scope>, Error> {
    let parse = |scope: &String| Scope::parse(scope).ok_or_else(|| Error::unknown_value("scope"));
    scopes.iter().map(parse).collect()
}

fn scope_names(scopes: &[Scope]) -> Vec<String> {
    scopes.iter().map(|scope| scope.as_str().to_owned()).collect()
}

/// Shares the lock of the membership until the end of the transaction.
pub(super) async fn share_membership(tx: &mut GlobalTx, tenant: TenantId, user: UserId) -> Result<(), Error> {
    query!("select lock_membership($1, $2)", tenant.0, user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How many keys the user has in the tenant.
pub(super) async fn count(tx: &mut GlobalTx, tenant: TenantId, user: UserId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from api_keys where tenant_id = $1 and user_id = $2"#,
        tenant.0,
        user.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn insert(tx: &mut GlobalTx, new: &NewKey<'_>) -> Result<(), Error> {
    query!(
        r#"
        insert into api_keys (id, tenant_id, user_id, name, prefix, secret_hash, scopes, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        new.key.id.0,
        new.tenant.0,
        new.user.0,
        new.key.name,
        new.key.prefix,
        new.secret_hash,
        &scope_names(&new.key.scopes),
        new.key.created_at,
        new.key.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list(
    conn: &mut GlobalConn,
    tenant: TenantId,
    user: UserId,
) -> Result<Vec<ApiKey>, Error> {
    let rows = query_as!(
        KeyRow,
        r#"
        select id, name, prefix, scopes, created_at, expires_at, last_used_at
        from api_keys where tenant_id = $1 and user_id = $2
        order by created_at desc, id desc
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(conn.conn())
    .await?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

pub(super) async fn lock(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    id: ApiKeyId,
) -> Result<Option<ApiKey>, Error> {
    let row = query_as!(
        KeyRow,
        r#"
        select id, name, prefix, scopes, created_at, expires_at, last_used_at
        from api_keys where id = $1 and tenant_id = $2 and user_id = $3
        for update
        "#,
        id.0,
        tenant.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(ApiKey::try_from).transpose()
}

pub(super) async fn update(tx: &mut GlobalTx, tenant: TenantId, key: &ApiKey) -> Result<(), Error> {
    query!(
        "update api_keys set name = $3, scopes = $4, expires_at = $5 where id = $1 and tenant_id = $2",
        key.id.0,
        tenant.0,
        key.name,
        &scope_names(&key.scopes),
        key.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns false if the user has no such key in the tenant.
pub(super) async fn delete(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    id: ApiKeyId,
) -> Result<bool, Error> {
    let result = query!(
        "delete from api_keys where id = $1 and tenant_id = $2 and user_id = $3",
        id.0,
        tenant.0,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Deletes the keys of these members in the tenant, and returns them.
pub(crate) async fn delete_of_members(
    tx: &mut GlobalTx,
    tenant: TenantId,
    members: &[UserId],
) -> Result<Vec<ApiKeyId>, Error> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let ids = query_scalar!(
        "delete from api_keys where tenant_id = $1 and user_id = any ($2) returning id",
        tenant.0,
        &members,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(ApiKeyId).collect())
}

/// The ids among `keys` of keys that exist.
pub(super) async fn list_existing(tx: &mut GlobalTx, keys: &[ApiKeyId]) -> Result<Vec<ApiKeyId>, Error> {
    let keys: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
    let ids = query_scalar!("select id from api_keys where id = any ($1)", &keys)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(ApiKeyId).collect())
}

/// Locks the keys that no other transaction has locked, and returns them.
pub(super) async fn lock_available(tx: &mut GlobalTx, keys: &[ApiKeyId]) -> Result<Vec<ApiKeyId>, Error> {
    let keys: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
    let ids = query_scalar!(
        "select id from api_keys where id = any ($1) for no key update skip locked",
        &keys
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(ApiKeyId).collect())
}

/// Stores when keys were last used, if the stored time is older than the interval.
pub(super) async fn set_last_used(
    tx: &mut GlobalTx,
    last_used: &[(ApiKeyId, DateTime<Utc>)],
    interval: TimeDelta,
) -> Result<(), Error> {
    let (keys, times): (Vec<Uuid>, Vec<DateTime<Utc>>) =
        last_used.iter().map(|(key, at)| (key.0, *at)).unzip();
    let latest_stored: Vec<DateTime<Utc>> = times.iter().map(|at| *at - interval).collect();
    query!(
        r#"
        update api_keys k set last_used_at = u.at
        from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as u (id, at, latest_stored)
        where k.id = u.id and (k.last_used_at is null or k.last_used_at <= u.latest_stored)
        "#,
        &keys,
        &times,
        &latest_stored,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds requests of keys that the transaction has locked.
pub(super) async fn add_usage(tx: &mut GlobalTx, rows: &[UsageRow]) -> Result<(), Error> {
    let keys: Vec<Uuid> = rows.iter().map(|row| row.key.0).collect();
    let days: Vec<NaiveDate> = rows.iter().map(|row| row.day).collect();
    let classes: Vec<i16> = rows.iter().map(|row| row.status_class).collect();
    let requests: Vec<i64> = rows.iter().map(|row| row.requests).collect();
    query!(
        r#"
        insert into api_key_usage (key_id, day, status_class, requests)
        select key_id, day, status_class, requests
        from unnest($1::uuid[], $2::date[], $3::smallint[], $4::bigint[]) as u (key_id, day, status_class, requests)
        on conflict (key_id, day, status_class) do update set requests = api_key_usage.requests + excluded.requests
        "#,
        &keys,
        &days,
        &classes,
        &requests,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The usage of keys: by key, the latest day first.
pub(super) async fn list_usage(
    conn: &mut GlobalConn,
    tenant: TenantId,
    user: UserId,
    since: NaiveDate,
) -> Result<Vec<UsageRow>, Error> {
    let rows = query!(
        r#"
        select u.key_id, u.day, u.status_class, u.requests
        from api_key_usage u join api_keys k on k.id = u.key_id
        where k.tenant_id = $1 and k.user_id = $2 and u.day >= $3
        order by u.key_id, u.day desc, u.status_class
        "#,
        tenant.0,
        user.0,
        since,
    )
    .fetch_all(conn.conn())
    .await?;
    let usage = rows.into_iter().map(|row| UsageRow {
        key: row.key_id.into(),
        day: row.day,
        status_class: row.status_class,
        requests: row.requests,
    });
    Ok(usage.collect())
}

pub(super) async fn delete_usage_before(conn: &mut GlobalConn, day: NaiveDate) -> Result<(), Error> {
    query!("delete from api_key_usage where day < $1", day)
        .execute(conn.conn())
        .await?;
    Ok(())
}
