//! Refreshing access tokens of connected mailboxes (RFC 6749 §6).

use super::{
    authorization::{MailboxProvider, OUTLOOK_IMAP_SCOPE, find_client},
    external_identity::ProviderTokens,
    provider_unavailable,
};
use crate::{
    Error, Services,
    platform::http_client::{FetchError, MAX_BODY_BYTES, Response},
};
use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// Error codes of Microsoft that mean that only the user can grant access again.
const MICROSOFT_REVOKED: [&str; 4] = [
    "invalid_grant",
    "interaction_required",
    "consent_required",
    "login_required",
];

/// The result of a refresh request.
pub(crate) enum RefreshOutcome {
    /// New tokens.
    Refreshed(ProviderTokens),
    /// The refresh token is no longer valid, or the provider is no longer configured.
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

#[derive(Deserialize)]
struct ErrorResponse {
    error: String,
}

/// Requests a new access token from the provider of a mailbox.
///
/// # Errors
/// `provider_unavailable` when the provider does not respond.
pub(crate) async fn refresh_mailbox_token(
    services: &Services,
    mailbox: MailboxProvider,
    refresh_token: &SecretString,
) -> Result<RefreshOutcome, Error> {
    let http = &services.providers.http;
    let Some(oauth_client) = find_client(services, mailbox.id()).await? else {
        tracing::warn!(
            ?mailbox,
            "cannot refresh token of a mailbox: OAuth client not configured"
        );
        return Ok(RefreshOutcome::Revoked);
    };
    let now = services.clock.now();
    let response = async {
        let endpoints = oauth_client.endpoints(http, now).await?;
        // Not the ID token, which is not needed again.
        let outlook_scopes = format!("{OUTLOOK_IMAP_SCOPE} offline_access");
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose_secret()),
            ("client_id", &oauth_client.client_id),
            ("client_secret", oauth_client.client_secret.expose_secret()),
        ];
        if mailbox == MailboxProvider::Outlook {
            form.push(("scope", &outlook_scopes));
        }
        let request = http.post(&endpoints.token).form(&form);
        let response = http.send(request, MAX_BODY_BYTES).await?;
        match response.status {
            200..=299 => response.json::<RefreshResponse>().map(Some),
            400 | 401 | 403 if is_revoked(mailbox, &response) => Ok(None),
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
            tracing::warn!(%error, ?mailbox, "failed to refresh token of a mailbox");
            Err(provider_unavailable(&oauth_client.name))
        }
    }
}

/// Whether an error response means that the user must connect the mailbox again. For Microsoft, an expired client secret does not count:
/// secrets expire after at most two years, and only the operator can replace them.
fn is_revoked(mailbox: MailboxProvider, response: &Response) -> bool {
    match mailbox {
        MailboxProvider::Gmail => true,
        MailboxProvider::Outlook => response
            .json::<ErrorResponse>()
            .is_ok_and(|response| MICROSOFT_REVOKED.contains(&response.error.as_str())),
    }
}
