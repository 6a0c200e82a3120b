//! LinkedIn's introspection endpoint, and the profile of the caller's linked LinkedIn account.

use super::{ProviderClient, wrong_client};
use crate::{
    Error, Services,
    auth::oauth::{ProviderError, provider_unavailable, queries, stored_tokens},
    context::Caller,
    platform::http_client::REQUEST_TIMEOUT,
};
use domain::{
    ErrorCode,
    auth::{LinkedinProfile, Provider},
};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

#[derive(Deserialize)]
struct TokenInfo {
    active: bool,
    #[serde(default)]
    client_id: Option<String>,
}

impl ProviderClient<'_> {
    /// Checks that an access token is active and was issued to this client.
    pub(super) async fn introspect_linkedin(&self, token: &str) -> Result<(), ProviderError> {
        let endpoint = self.introspection_endpoint()?;
        let client_id = self.oauth_client.client_id.as_str();
        let form = [
            ("client_id", client_id),
            ("client_secret", self.oauth_client.client_secret.expose_secret()),
            ("token", token),
        ];
        let info: TokenInfo = self.call(self.http.post(endpoint).form(&form)).await?;
        if info.active && info.client_id.as_deref() == Some(client_id) {
            Ok(())
        } else {
            Err(wrong_client())
        }
    }
}

/// Fetches the caller's profile from LinkedIn.
///
/// # Errors
/// `not_linked` when the caller has no linked LinkedIn account, or LinkedIn rejects its token; `provider_unavailable`
/// when LinkedIn does not respond.
pub async fn get_linkedin_profile(services: &Services, caller: &Caller) -> Result<LinkedinProfile, Error> {
    let not_linked = |detail: &str| Error::api(ErrorCode::NotLinked, detail);
    let oauth_client = services
        .providers
        .find(Provider::Linkedin)
        .ok_or_else(|| not_linked("Sign-in with LinkedIn is not available here."))?;
    let token = {
        let mut conn = services.db.global_conn().await?;
        queries::newest_access_token(&mut conn, caller.user.id, oauth_client.key()).await?
    };
    let (identity, encrypted) = token.ok_or_else(|| {
        not_linked(
            "Your account is not linked to LinkedIn. Sign in with LinkedIn, or link it in your settings.",
        )
    })?;
    let access_token = stored_tokens::decrypt_access_token(services, identity, &encrypted)?;
    let now = services.clock.now();
    let http = &services.providers.http;
    let request = async {
        let endpoints = oauth_client.endpoints(http, now).await?;
        let provider_client = ProviderClient {
            http,
            oauth_client,
            endpoints: &endpoints,
            now,
        };
        provider_client.userinfo(&access_token).await
    };
    let userinfo = match timeout(REQUEST_TIMEOUT, request).await {
        Ok(Ok(userinfo)) => userinfo,
        Ok(Err(ProviderError::Rejected(reason))) => {
            tracing::info!(
                reason,
                provider = oauth_client.name,
                "OAuth provider token rejected"
            );
            return Err(not_linked(
                "LinkedIn no longer accepts our access. Sign in with LinkedIn again.",
            ));
        }
        Ok(Err(error)) => return Err(error.into_api_error(&oauth_client.name)),
        Err(_) => return Err(provider_unavailable(&oauth_client.name)),
    };
    Ok(LinkedinProfile {
        sub: userinfo.sub,
        name: userinfo.name,
        given_name: userinfo.given_name,
        family_name: userinfo.family_name,
        picture: userinfo.picture,
        email: userinfo.email,
        locale: userinfo.locale.as_ref().and_then(parse_locale),
    })
}

/// Reads the locale claim. LinkedIn sends an object of language and country instead of the standard's string.
fn parse_locale(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(parts) => {
            let part = |name: &str| parts.get(name).and_then(Value::as_str);
            let language = part("language")?;
            Some(
                part("country")
                    .map_or_else(|| language.to_owned(), |country| format!("{language}-{country}")),
            )
        }
        _ => None,
    }
}
