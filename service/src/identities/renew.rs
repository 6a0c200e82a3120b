//! A fresh access token of Google's for a mailbox (RFC 6749 §6).

use super::asserted::Granted;
use crate::{
    Error, Services,
    outbound::{Away, CAP},
};
use chrono::TimeDelta;
use domain::identities::Provider;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// What came of asking.
pub(crate) enum Renewal {
    /// A fresh token.
    Renewed(Granted),
    /// The grant was taken back, or we are not registered with Google.
    Ended,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    expires_in: Option<i64>,
    #[serde(default)]
    refresh_token: Option<String>,
}

/// Asks Google for a fresh access token.
///
/// # Errors
/// `provider_unavailable` when Google does not answer.
pub(crate) async fn renew_google(services: &Services, refresh: &SecretString) -> Result<Renewal, Error> {
    let providers = &services.providers;
    let Some(google) = providers.find(Provider::Google) else {
        tracing::warn!("a mailbox cannot be renewed: set JOBHAX_GOOGLE_CLIENT_ID and its secret");
        return Ok(Renewal::Ended);
    };
    let now = services.clock.now();
    let ask = async {
        let endpoints = google.endpoints(&providers.outbound, now).await?;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose_secret()),
            ("client_id", &google.client_id),
            ("client_secret", google.client_secret.expose_secret()),
        ];
        let request = providers.outbound.post(&endpoints.token).form(&form);
        let reply = providers.outbound.send(request, CAP).await?;
        match reply.status {
            200..=299 => reply.json::<Answer>().map(Some),
            400 | 401 | 403 => Ok(None),
            status => Err(Away::Nonsense(format!("status {status}"))),
        }
    };
    match ask.await {
        Ok(None) => Ok(Renewal::Ended),
        Ok(Some(answer)) => Ok(Renewal::Renewed(Granted {
            access: SecretString::from(answer.access_token),
            refresh: answer.refresh_token.map(SecretString::from),
            expires_at: answer
                .expires_in
                .and_then(TimeDelta::try_seconds)
                .and_then(|d| now.checked_add_signed(d)),
        })),
        Err(error) => {
            tracing::warn!(%error, "Google does not renew a mailbox");
            Err(super::unavailable("Google"))
        }
    }
}
