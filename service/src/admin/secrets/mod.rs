//! Re-encryption of secrets after a rotation of the key, so that the previous key can be removed.

mod queries;

use crate::{
    Error, Services,
    auth::caller_for_job,
    context::{Grant, permit},
    platform::crypto::{
        EncryptedColumn,
        column_cipher::{self, AssociatedData},
    },
};
use domain::{ErrorCode, TenantId, UserId, tenants::Action};
use queries::GlobalTable;
use serde::Serialize;
use uuid::Uuid;

/// Number of rows of a global table that are re-encrypted in one transaction.
const BATCH: i64 = 500;

/// Number of secrets of a column that are encrypted with the previous or next key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaleSecrets {
    /// Table and column.
    pub column: String,
    /// Number of secrets.
    pub secrets: i64,
}

/// The result of [`reencrypt_secrets`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReencryptionReport {
    /// Number of secrets re-encrypted with the current key.
    pub reencrypted: u64,
    /// Number of secrets that no key can decrypt, because they were modified. They are left unchanged.
    pub unreadable: u64,
}

/// A secret that is not encrypted with the current key.
struct StaleSecret {
    column: EncryptedColumn,
    /// The tenant that the ciphertext is bound to. Nil in a global table, unless the secret belongs to a tenant.
    tenant: Uuid,
    row: Uuid,
    ciphertext: Vec<u8>,
}

/// Counts the secrets that are encrypted with the previous or next key, for each encrypted column.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn count_stale_secrets(services: &Services) -> Result<Vec<StaleSecrets>, Error> {
    let keys = column_cipher::other_key_ids(&services.keys)?;
    let mut conn = services.db.global_conn().await?;
    queries::count(&mut conn, &keys).await
}

/// Re-encrypts with the current key every secret that was encrypted with another key. Can be interrupted and repeated, and run while
/// servers use the secrets: a secret that changes in the meantime is skipped.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached; secrets that were already re-encrypted stay re-encrypted.
pub async fn reencrypt_secrets(services: &Services) -> Result<ReencryptionReport, Error> {
    let keys = column_cipher::other_key_ids(&services.keys)?;
    let mut total = ReencryptionReport::default();
    for table in GlobalTable::ALL {
        reencrypt_global(services, table, &keys, &mut total).await?;
    }
    let owners = {
        let mut conn = services.db.global_conn().await?;
        queries::list_owners(&mut conn, &keys).await?
    };
    for (tenant, owner) in owners {
        reencrypt_of_owner(services, tenant, owner, &keys, &mut total).await?;
    }
    Ok(total)
}

async fn reencrypt_global(
    services: &Services,
    table: GlobalTable,
    keys: &[Vec<u8>],
    total: &mut ReencryptionReport,
) -> Result<(), Error> {
    let mut after = Uuid::nil();
    loop {
        let mut tx = services.db.begin_global().await?;
        let stale = queries::list_global(&mut tx, table, keys, after, BATCH).await?;
        let Some(last) = stale.last().map(|secret| secret.row) else {
            return tx.commit().await;
        };
        for secret in stale {
            if let Some(new) = reencrypt(services, &secret, total) {
                queries::update_global(&mut tx, &secret, &new).await?;
            }
        }
        tx.commit().await?;
        after = last;
    }
}

/// Re-encrypts all secrets of a user in a tenant in one transaction, because there are few of them.
async fn reencrypt_of_owner(
    services: &Services,
    tenant: TenantId,
    owner: UserId,
    keys: &[Vec<u8>],
    total: &mut ReencryptionReport,
) -> Result<(), Error> {
    let Some(grant) = grant(services, tenant, owner).await? else {
        return Ok(());
    };
    let mut tx = services.db.begin(grant).await?;
    for secret in queries::list_of_owner(&mut tx, keys).await? {
        if let Some(new) = reencrypt(services, &secret, total) {
            queries::update_of_owner(&mut tx, &secret, &new).await?;
        }
    }
    tx.commit().await
}

/// `None` if the membership has ended, which deletes the member's data.
async fn grant(services: &Services, tenant: TenantId, owner: UserId) -> Result<Option<Grant>, Error> {
    match caller_for_job(services, owner, tenant).await {
        Ok(caller) => Ok(Some(permit(&caller, Action::ReadApplications)?.to_write())),
        Err(Error::Api(error)) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The new ciphertext; `None` if no key decrypts the old one.
fn reencrypt(services: &Services, secret: &StaleSecret, total: &mut ReencryptionReport) -> Option<Vec<u8>> {
    let associated_data = AssociatedData {
        column: secret.column,
        tenant: secret.tenant,
        row: secret.row,
    };
    let (keys, rng) = (&services.keys, services.rng.as_ref());
    match column_cipher::reencrypt(keys, rng, associated_data, &secret.ciphertext) {
        Ok(ciphertext) => {
            total.reencrypted += 1;
            Some(ciphertext)
        }
        Err(error) => {
            tracing::warn!(%error, column = secret.column.name(), row = %secret.row, "secret cannot be decrypted");
            total.unreadable += 1;
            None
        }
    }
}
