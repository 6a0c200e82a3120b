//! Provider tokens of linked identities, encrypted in the database.

use super::{
    external_identity::ProviderTokens,
    queries::{self, IdentityRow},
};
use crate::{
    Error, Services,
    platform::{
        crypto::column_cipher::{self, AssociatedData, EncryptedColumn},
        db::GlobalTx,
    },
};
use domain::IdentityId;
use secrecy::SecretString;
use uuid::Uuid;

/// Encrypts and stores the tokens of an identity.
pub(super) async fn store(
    services: &Services,
    tx: &mut GlobalTx,
    identity: IdentityId,
    tokens: &ProviderTokens,
) -> Result<(), Error> {
    let encrypt = |column, token| {
        column_cipher::encrypt(
            &services.keys,
            services.rng.as_ref(),
            associated_data(column, identity),
            token,
        )
    };
    let access_token = encrypt(EncryptedColumn::IdentityAccessToken, &tokens.access_token)?;
    let refresh_token = tokens
        .refresh_token
        .as_ref()
        .map(|token| encrypt(EncryptedColumn::IdentityRefreshToken, token))
        .transpose()?;
    queries::set_tokens(
        tx,
        identity,
        &access_token,
        refresh_token.as_deref(),
        tokens.expires_at,
    )
    .await
}

pub(super) fn decrypt_access_token(
    services: &Services,
    identity: IdentityId,
    encrypted: &[u8],
) -> Result<SecretString, Error> {
    column_cipher::decrypt(
        &services.keys,
        associated_data(EncryptedColumn::IdentityAccessToken, identity),
        encrypted,
    )
}

/// The token whose revocation ends all access of the identity: the refresh token, or the access token where there is no
/// refresh token (RFC 7009 §2.1). `None` if there is no token or it cannot be decrypted.
pub(super) fn decrypt_revocable_token(services: &Services, identity: &IdentityRow) -> Option<SecretString> {
    let (column, encrypted) = match (&identity.refresh_token, &identity.access_token) {
        (Some(encrypted), _) => (EncryptedColumn::IdentityRefreshToken, encrypted),
        (None, Some(encrypted)) => (EncryptedColumn::IdentityAccessToken, encrypted),
        (None, None) => return None,
    };
    column_cipher::decrypt(&services.keys, associated_data(column, identity.id), encrypted)
        .inspect_err(|error| {
            tracing::error!(%error, identity.id = %identity.id, "token revocation failed permanently; token will expire");
        })
        .ok()
}

fn associated_data(column: EncryptedColumn, identity: IdentityId) -> AssociatedData {
    AssociatedData {
        column,
        tenant: Uuid::nil(),
        row: identity.0,
    }
}
