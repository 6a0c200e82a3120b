//! Provider tokens of linked identities, encrypted in the database.

use super::{
    external_identity::ProviderTokens,
    queries::{self, IdentityRow},
};
use crate::{
    Error, Services,
    platform::{
        crypto::column_cipher::{self, AssociatedData},
        db::GlobalTx,
    },
};
use domain::IdentityId;
use secrecy::SecretString;
use uuid::Uuid;

const ACCESS_TOKEN: &str = "identities.access_token";
const REFRESH_TOKEN: &str = "identities.refresh_token";

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
    let access_token = encrypt(ACCESS_TOKEN, &tokens.access_token)?;
    let refresh_token = tokens
        .refresh_token
        .as_ref()
        .map(|token| encrypt(REFRESH_TOKEN, token))
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
    column_cipher::decrypt(&services.keys, associated_data(ACCESS_TOKEN, identity), encrypted)
}

/// The token whose revocation ends all access of the identity: the refresh token, or the access token where there is no
/// refresh token (RFC 7009 §2.1). `None` if there is no token or it cannot be decrypted.
pub(super) fn decrypt_revocable_token(services: &Services, identity: &IdentityRow) -> Option<SecretString> {
    let (column, encrypted) = match (&identity.refresh_token, &identity.access_token) {
        (Some(encrypted), _) => (REFRESH_TOKEN, encrypted),
        (None, Some(encrypted)) => (ACCESS_TOKEN, encrypted),
        (None, None) => return None,
    };
    column_cipher::decrypt(&services.keys, associated_data(column, identity.id), encrypted)
        .inspect_err(|error| {
            tracing::error!(%error, identity.id = %identity.id, "token revocation failed permanently; token will expire");
        })
        .ok()
}

fn associated_data(column: &'static str, identity: IdentityId) -> AssociatedData {
    AssociatedData {
        column,
        tenant: Uuid::nil(),
        row: identity.0,
    }
}
