//! Refreshing Google access tokens of connected mailboxes (RFC 6749 §6).

use super::{external_identity::ProviderTokens, provider_unavailable};
use crate::{
    Error, Services,
    platform::http_client::{FetchError, MAX_BODY_BYTES},
};
use chrono::TimeDelta;
use domain::auth::Provider;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// The result of a refresh request.
pub(crate) enum RefreshOutcome {
    /// New tokens.
    Refreshed(ProviderTokens),
    /// The refresh token is no longer valid, or no Google client is configured.
    Revoked,
}

#[derive(Deserialize)]
struct RefreshResponse {
    access_token: String,
    #[serde(default)]
    expires_in: Option<i64>,
    #[serde(default)]
    refresh_token: Option<String>,
}

/// Requests a new access token from Google.
///
/// # Errors
/// `provider_unavailable` when Google does not respond.
pub(crate) async fn refresh_google_token(
    services: &Services,
    refresh_token: &SecretString,
) -> Result<RefreshOutcome, Error> {
    let providers = &services.providers;
    let Some(google) = providers.find(Provider::Google) else {
        tracing::warn!("cannot refresh Gmail token: Google client not configured");
        return Ok(RefreshOutcome::Revoked);
    };
    let now = services.clock.now();
    let response = async {
        let endpoints = google.endpoints(&providers.http, now).await?;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
            ("client_id", &google.client_id),
            ("client_secret", google.client_secret.expose_secret()),
        ];
        let request = providers.http.post(&endpoints.token).form(&form);
        let response = providers.http.send(request, MAX_BODY_BYTES).await?;
        match response.status {
            200..=299 => response.json::<RefreshResponse>().map(Some),
            400 | 401 | 403 => Ok(None),
            status => Err(FetchError::InvalidResponse(format!("status {status}"))),
        }
    };
    match response.await {
        Ok(None) => Ok(RefreshOutcome::Revoked),
        Ok(Some(response)) => Ok(RefreshOutcome::Refreshed(ProviderTokens {
            access_token: SecretString::from(response.access_token),
            refresh_token: response.refresh_token.map(SecretString::from),
            expires_at: response
                .expires_in
                .and_then(TimeDelta::try_seconds)
                .and_then(|d| now.checked_add_signed(d)),
        })),
        Err(error) => {
            tracing::warn!(%error, "failed to refresh Gmail token");
            Err(provider_unavailable("Google"))
        }
    }
}
