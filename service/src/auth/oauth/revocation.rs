//! Token revocation (RFC 7009). Pending revocations are stored apart from users, so that they outlive a deleted account,
//! and are retried while the provider is unavailable.

use super::{
    endpoints::TokenAuthMethod,
    provider_unavailable,
    queries::{self, IdentityRow},
    stored_tokens,
    userinfo::github_headers,
};
use crate::{
    Error, Services,
    auth::begin_for_user,
    background::{self, Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    platform::{
        crypto::column_cipher::{self, AssociatedData, EncryptedColumn},
        db::GlobalTx,
        http_client::{FetchError, MAX_BODY_BYTES},
    },
};
use async_trait::async_trait;
use domain::{UserId, auth::Provider};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use uuid::Uuid;

/// A token to revoke at its provider.
pub(crate) struct RevocableToken {
    /// Key of the provider, as in `identities.provider`.
    pub provider: String,
    /// The refresh token, or the access token where there is no refresh token.
    pub token: SecretString,
}

impl RevocableToken {
    /// The token of an identity, if it has one that can be decrypted.
    pub(super) fn of_identity(services: &Services, identity: &IdentityRow) -> Option<Self> {
        Some(Self {
            provider: identity.provider.clone(),
            token: stored_tokens::decrypt_revocable_token(services, identity)?,
        })
    }
}

/// Deletes the tokens of all identities of a user and queues their revocation, together with `other_tokens` of the user.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached; nothing is queued then.
pub(crate) async fn revoke_all_tokens(
    services: &Services,
    user: UserId,
    other_tokens: Vec<RevocableToken>,
) -> Result<(), Error> {
    let mut tx = begin_for_user(services, user).await?;
    let identities = queries::list_identities(&mut tx, user).await?;
    let identity_tokens = identities
        .iter()
        .filter_map(|identity| RevocableToken::of_identity(services, identity));
    for token in other_tokens.into_iter().chain(identity_tokens) {
        queue_revocation(services, &mut tx, token).await?;
    }
    queries::clear_tokens(&mut tx, user).await?;
    tx.commit().await?;
    background::wake();
    Ok(())
}

/// Queues the revocation of a token in the caller's transaction.
pub(crate) async fn queue_revocation(
    services: &Services,
    tx: &mut GlobalTx,
    token: RevocableToken,
) -> Result<(), Error> {
    let id: Uuid = services.id();
    let encrypted = column_cipher::encrypt(
        &services.keys,
        services.rng.as_ref(),
        associated_data(id),
        &token.token,
    )?;
    queries::insert_revocation(tx, id, &token.provider, &encrypted, services.clock.now()).await?;
    Job::enqueue_in(services, tx, RevokeToken::KIND, None, None, id).await
}

/// Revokes one queued token.
pub(crate) struct RevokeToken;

impl RevokeToken {
    pub const KIND: JobKind = JobKind::new("revoke_token", Lane::Interactive);
}

#[async_trait]
impl JobHandler for RevokeToken {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    /// With the exponential backoff, retries continue for more than a day.
    fn max_attempts(&self) -> u32 {
        16
    }

    async fn run(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        revoke_queued(&ctx.services, ctx.job.payload_id).await?;
        finish(&ctx).await
    }

    async fn give_up(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        match revoke_queued(&ctx.services, ctx.job.payload_id).await {
            Ok(()) => {}
            Err(Error::Api(error)) => {
                tracing::error!(%error, "token revocation failed permanently; token will expire");
            }
            Err(error) => return Err(error.into()),
        }
        finish(&ctx).await
    }
}

async fn revoke_queued(services: &Services, id: Uuid) -> Result<(), Error> {
    let revocation = {
        let mut conn = services.db.global_conn().await?;
        queries::find_revocation(&mut conn, id).await?
    };
    let Some((provider, encrypted)) = revocation else {
        return Ok(());
    };
    let token = column_cipher::decrypt(&services.keys, associated_data(id), &encrypted)?;
    revoke_token(services, &provider, &token).await.map_err(|error| {
        tracing::warn!(%error, provider, "token revocation failed");
        provider_unavailable(&provider)
    })
}

async fn finish(ctx: &JobContext) -> Result<JobOutcome, JobError> {
    let mut tx = ctx.job.finish_global(&ctx.services).await?;
    queries::delete_revocation(&mut tx, ctx.job.payload_id).await?;
    tx.commit().await?;
    Ok(JobOutcome::Completed)
}

fn associated_data(row: Uuid) -> AssociatedData {
    AssociatedData {
        column: EncryptedColumn::RevocationToken,
        tenant: Uuid::nil(),
        row,
    }
}

/// Sends the revocation request: RFC 7009, or GitHub's own API. A token that the provider does not know counts as revoked.
async fn revoke_token(services: &Services, provider: &str, token: &SecretString) -> Result<(), FetchError> {
    let providers = &services.providers;
    let Some(oauth_client) = providers.find_by_key(provider) else {
        return Ok(());
    };
    let http = &providers.http;
    let endpoints = oauth_client.endpoints(http, services.clock.now()).await?;
    let Some(endpoint) = &endpoints.revocation else {
        tracing::info!(provider, "provider has no revocation endpoint; token will expire");
        return Ok(());
    };
    let client_id = oauth_client.client_id.as_str();
    let client_secret = oauth_client.client_secret.expose_secret();
    let token = token.expose_secret();
    let request = match (oauth_client.provider, endpoints.token_auth_method) {
        (Provider::Google, _) => http.post(endpoint).form(&[("token", token)]),
        (Provider::Github, _) => github_headers(http.delete(endpoint))
            .basic_auth(client_id, Some(client_secret))
            .json(&json!({"access_token": token})),
        (Provider::Linkedin | Provider::Oidc, TokenAuthMethod::ClientSecretPost) => {
            http.post(endpoint).form(&[
                ("client_id", client_id),
                ("client_secret", client_secret),
                ("token", token),
            ])
        }
        (Provider::Linkedin | Provider::Oidc, TokenAuthMethod::ClientSecretBasic) => http
            .post(endpoint)
            .basic_auth(client_id, Some(client_secret))
            .form(&[("token", token)]),
    };
    let response = http.send(request, MAX_BODY_BYTES).await?;
    match response.status {
        429 | 500.. => Err(FetchError::InvalidResponse(format!("status {}", response.status))),
        _ => Ok(()),
    }
}
