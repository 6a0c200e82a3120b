//! SQL of stored responses.

use crate::{
    Error,
    platform::db::{GlobalConn, TenantTx},
};
use chrono::{DateTime, Utc};
use sqlx::query;

/// A row.
pub(super) struct StoredResponse {
    pub key_hash: Vec<u8>,
    pub fingerprint: Vec<u8>,
    pub succeeded: bool,
    pub response: serde_json::Value,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Why the SQL function `claim_idempotency_key` failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClaimError {
    /// A response is stored.
    ResponseStored,
    /// Another transaction has claimed the key.
    InUse,
}

/// The error, if it comes from `claim_idempotency_key`.
pub(super) fn claim_error(error: &Error) -> Option<ClaimError> {
    let Error::Database(sqlx::Error::Database(error)) = error else {
        return None;
    };
    match error.code().as_deref() {
        Some("JH001") => Some(ClaimError::ResponseStored),
        Some("JH002") => Some(ClaimError::InUse),
        _ => None,
    }
}

pub(super) async fn insert(tx: &mut TenantTx, stored: &StoredResponse) -> Result<(), Error> {
    query!(
        r#"
        insert into idempotency_keys (tenant_id, owner_id, key_hash, fingerprint, succeeded, response, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        tx.tenant().0,
        tx.viewer().0,
        stored.key_hash,
        stored.fingerprint,
        stored.succeeded,
        stored.response,
        stored.created_at,
        stored.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find(
    tx: &mut TenantTx,
    key_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<StoredResponse>, Error> {
    let row = sqlx::query_as!(
        StoredResponse,
        r#"
        select key_hash, fingerprint, succeeded, response, created_at, expires_at
        from idempotency_keys
        where tenant_id = $1 and owner_id = $2 and key_hash = $3 and expires_at > $4
        "#,
        tx.tenant().0,
        tx.viewer().0,
        key_hash,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The statement names no column, because the login role may not read the table; its policy covers only expired rows.
pub(super) async fn delete_expired(conn: &mut GlobalConn) -> Result<(), Error> {
    query!("delete from idempotency_keys")
        .execute(conn.conn())
        .await?;
    Ok(())
}
