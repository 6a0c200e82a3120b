//! Tokens that are to be revoked at their provider.

use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use sqlx::query;
use uuid::Uuid;

pub(in crate::auth::oauth) async fn insert_revocation(
    tx: &mut GlobalTx,
    id: Uuid,
    provider: &str,
    token: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "insert into oauth_token_revocations (id, provider, token, created_at) values ($1, $2, $3, $4)",
        id,
        provider,
        token,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The provider's key and the encrypted token.
pub(in crate::auth::oauth) async fn find_revocation(
    conn: &mut GlobalConn,
    id: Uuid,
) -> Result<Option<(String, Vec<u8>)>, Error> {
    let row = query!(
        "select provider, token from oauth_token_revocations where id = $1",
        id
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(row.map(|r| (r.provider, r.token)))
}

pub(in crate::auth::oauth) async fn delete_revocation(tx: &mut GlobalTx, id: Uuid) -> Result<(), Error> {
    query!("delete from oauth_token_revocations where id = $1", id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
