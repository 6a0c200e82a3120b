//! SQL about kept answers.

use crate::{
    Error,
    db::{SystemConn, TenantTx},
};
use chrono::{DateTime, Utc};
use sqlx::query;

/// A row.
pub(super) struct Kept {
    pub key_hash: Vec<u8>,
    pub fingerprint: Vec<u8>,
    pub made: bool,
    pub answer: serde_json::Value,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Why `claim_key` refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// An answer is kept.
    Kept,
    /// Another transaction has claimed the key.
    Claimed,
}

/// Reads the refusal of `claim_key`, where it is one.
pub(super) fn reason(error: &Error) -> Option<Reason> {
    let Error::Database(sqlx::Error::Database(error)) = error else {
        return None;
    };
    match error.code().as_deref() {
        Some("JH001") => Some(Reason::Kept),
        Some("JH002") => Some(Reason::Claimed),
        _ => None,
    }
}

pub(super) async fn insert(tx: &mut TenantTx, kept: &Kept) -> Result<(), Error> {
    query!(
        r#"
        insert into idempotency_key (tenant_id, owner_id, key_hash, fingerprint, made, answer, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        tx.tenant().0,
        tx.user().0,
        kept.key_hash,
        kept.fingerprint,
        kept.made,
        kept.answer,
        kept.created_at,
        kept.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find(
    tx: &mut TenantTx,
    key_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Kept>, Error> {
    let row = sqlx::query_as!(
        Kept,
        r#"
        select key_hash, fingerprint, made, answer, created_at, expires_at
        from idempotency_key
        where tenant_id = $1 and owner_id = $2 and key_hash = $3 and expires_at > $4
        "#,
        tx.tenant().0,
        tx.user().0,
        key_hash,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// Names no column: the login may not read the table, and its policy leaves it only what has expired.
pub(super) async fn delete_expired(conn: &mut SystemConn) -> Result<(), Error> {
    query!("delete from idempotency_key").execute(conn.conn()).await?;
    Ok(())
}
