//! SQL of encrypted columns. An update compares the old ciphertext, so it does nothing if the secret has changed in the meantime.

use super::{StaleSecret, StaleSecrets};
use crate::{
    Error,
    platform::{
        crypto::EncryptedColumn,
        db::{GlobalConn, GlobalTx, TenantTx},
    },
};
use domain::{TenantId, UserId};
use sqlx::{query, query_as};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A global table with secrets.
#[derive(Clone, Copy)]
pub enum GlobalTable {
    Identities,
    Revocations,
    IdentityProviders,
}

impl GlobalTable {
    pub const ALL: [Self; 3] = [Self::Identities, Self::Revocations, Self::IdentityProviders];
}

/// The secrets of a row; a row has one or two.
struct Row {
    id: Uuid,
    first: Vec<u8>,
    second: Option<Vec<u8>>,
}

impl Row {
    fn into_secrets(
        self,
        tenant: Uuid,
        columns: (EncryptedColumn, EncryptedColumn),
        keys: &[Vec<u8>],
    ) -> impl Iterator<Item = StaleSecret> {
        let found = [(columns.0, Some(self.first)), (columns.1, self.second)];
        found.into_iter().filter_map(move |(column, ciphertext)| {
            let ciphertext = ciphertext.filter(|text| keys.iter().any(|key| text.get(1..9) == Some(key)))?;
            Some(StaleSecret {
                column,
                tenant,
                row: self.id,
                ciphertext,
            })
        })
    }
}

const IDENTITY: (EncryptedColumn, EncryptedColumn) = (
    EncryptedColumn::IdentityAccessToken,
    EncryptedColumn::IdentityRefreshToken,
);
const MAILBOX: (EncryptedColumn, EncryptedColumn) = (
    EncryptedColumn::MailboxAccessToken,
    EncryptedColumn::MailboxRefreshToken,
);
const WEBHOOK: (EncryptedColumn, EncryptedColumn) = (
    EncryptedColumn::WebhookSecret,
    EncryptedColumn::WebhookPreviousSecret,
);

/// Returns the column twice, for tables with only one encrypted column.
fn only(column: EncryptedColumn) -> (EncryptedColumn, EncryptedColumn) {
    (column, column)
}

pub async fn count(conn: &mut GlobalConn, keys: &[Vec<u8>]) -> Result<Vec<StaleSecrets>, Error> {
    let rows = query_as!(
        StaleSecrets,
        r#"select column_name as "column!", secrets as "secrets!" from count_stale_secrets($1)"#,
        keys,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows)
}

/// The owners of stale secrets in tenant tables.
pub async fn list_owners(
    conn: &mut GlobalConn,
    keys: &[Vec<u8>],
) -> Result<BTreeSet<(TenantId, UserId)>, Error> {
    let rows = query!(
        r#"select tenant_id as "tenant_id!", owner_id as "owner_id!" from list_stale_secret_owners($1)"#,
        keys,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.tenant_id.into(), r.owner_id.into()))
        .collect())
}

/// The stale secrets of the next rows of a global table, in the order of their ids.
pub async fn list_global(
    tx: &mut GlobalTx,
    table: GlobalTable,
    keys: &[Vec<u8>],
    after: Uuid,
    limit: i64,
) -> Result<Vec<StaleSecret>, Error> {
    let (columns, rows) = match table {
        GlobalTable::Identities => {
            let rows = query_as!(
                Row,
                r#"
                select id, coalesce(access_token, '') as "first!", refresh_token as second from identities
                where id > $2 and (substr(access_token, 2, 8) = any ($1) or substr(refresh_token, 2, 8) = any ($1))
                order by id limit $3
                "#,
                keys,
                after,
                limit,
            );
            (IDENTITY, rows.fetch_all(tx.conn()).await?)
        }
        GlobalTable::Revocations => {
            let rows = query_as!(
                Row,
                r#"
                select id, token as first, null::bytea as second from oauth_token_revocations
                where id > $2 and substr(token, 2, 8) = any ($1)
                order by id limit $3
                "#,
                keys,
                after,
                limit,
            );
            (
                only(EncryptedColumn::RevocationToken),
                rows.fetch_all(tx.conn()).await?,
            )
        }
        GlobalTable::IdentityProviders => {
            let rows = query_as!(
                Row,
                r#"
                select tenant_id as id, client_secret as first, null::bytea as second from tenant_identity_providers
                where tenant_id > $2 and substr(client_secret, 2, 8) = any ($1)
                order by tenant_id limit $3
                "#,
                keys,
                after,
                limit,
            );
            (
                only(EncryptedColumn::ProviderClientSecret),
                rows.fetch_all(tx.conn()).await?,
            )
        }
    };
    let tenant_of = |row: &Row| match table {
        GlobalTable::IdentityProviders => row.id,
        GlobalTable::Identities | GlobalTable::Revocations => Uuid::nil(),
    };
    Ok(rows
        .into_iter()
        .flat_map(|row| {
            let tenant = tenant_of(&row);
            row.into_secrets(tenant, columns, keys)
        })
        .collect())
}

pub async fn update_global(tx: &mut GlobalTx, old: &StaleSecret, new: &[u8]) -> Result<(), Error> {
    let update = match old.column {
        EncryptedColumn::IdentityAccessToken => query!(
            "update identities set access_token = $3 where id = $1 and access_token = $2",
            old.row,
            old.ciphertext,
            new,
        ),
        EncryptedColumn::IdentityRefreshToken => query!(
            "update identities set refresh_token = $3 where id = $1 and refresh_token = $2",
            old.row,
            old.ciphertext,
            new,
        ),
        EncryptedColumn::RevocationToken => query!(
            "update oauth_token_revocations set token = $3 where id = $1 and token = $2",
            old.row,
            old.ciphertext,
            new,
        ),
        EncryptedColumn::ProviderClientSecret => query!(
            "update tenant_identity_providers set client_secret = $3 where tenant_id = $1 and client_secret = $2",
            old.row,
            old.ciphertext,
            new,
        ),
        EncryptedColumn::MailboxAccessToken
        | EncryptedColumn::MailboxRefreshToken
        | EncryptedColumn::ImapPassword
        | EncryptedColumn::WebhookSecret
        | EncryptedColumn::WebhookPreviousSecret => return Ok(()),
    };
    update.execute(tx.conn()).await?;
    Ok(())
}

/// The stale secrets of the user in the tenant.
pub async fn list_of_owner(tx: &mut TenantTx, keys: &[Vec<u8>]) -> Result<Vec<StaleSecret>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mailboxes = query_as!(
        Row,
        r#"
        select mailbox_id as id, access_token as first, refresh_token as second from mailbox_tokens
        where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    let accounts = query_as!(
        Row,
        r#"
        select mailbox_id as id, password as "first!", null::bytea as second from imap_accounts
        where tenant_id = $1 and owner_id = $2 and password is not null
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    let endpoints = query_as!(
        Row,
        r#"
        select id, secret as first, previous_secret as second from webhook_endpoints
        where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    let tables = [
        (MAILBOX, mailboxes),
        (only(EncryptedColumn::ImapPassword), accounts),
        (WEBHOOK, endpoints),
    ];
    Ok(tables
        .into_iter()
        .flat_map(|(columns, rows)| rows.into_iter().map(move |row| (columns, row)))
        .flat_map(|(columns, row)| row.into_secrets(tenant.0, columns, keys))
        .collect())
}

pub async fn update_of_owner(tx: &mut TenantTx, old: &StaleSecret, new: &[u8]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    macro_rules! update {
        ($sql:literal) => {
            query!($sql, tenant.0, user.0, old.row, old.ciphertext, new)
        };
    }
    let update = match old.column {
        EncryptedColumn::MailboxAccessToken => update!(
            r#"
            update mailbox_tokens set access_token = $5
            where tenant_id = $1 and owner_id = $2 and mailbox_id = $3 and access_token = $4
            "#
        ),
        EncryptedColumn::MailboxRefreshToken => update!(
            r#"
            update mailbox_tokens set refresh_token = $5
            where tenant_id = $1 and owner_id = $2 and mailbox_id = $3 and refresh_token = $4
            "#
        ),
        EncryptedColumn::ImapPassword => update!(
            r#"
            update imap_accounts set password = $5
            where tenant_id = $1 and owner_id = $2 and mailbox_id = $3 and password = $4
            "#
        ),
        EncryptedColumn::WebhookSecret => update!(
            r#"
            update webhook_endpoints set secret = $5
            where tenant_id = $1 and owner_id = $2 and id = $3 and secret = $4
            "#
        ),
        EncryptedColumn::WebhookPreviousSecret => update!(
            r#"
            update webhook_endpoints set previous_secret = $5
            where tenant_id = $1 and owner_id = $2 and id = $3 and previous_secret = $4
            "#
        ),
        EncryptedColumn::IdentityAccessToken
        | EncryptedColumn::IdentityRefreshToken
        | EncryptedColumn::RevocationToken
        | EncryptedColumn::ProviderClientSecret => return Ok(()),
    };
    update.execute(tx.conn()).await?;
    Ok(())
}
