//! GitHub's REST API: GitHub implements OAuth 2.0 but not OpenID Connect.

use super::{ProviderClient, parse_email, sanitize_name, wrong_client};
use crate::{
    auth::oauth::{
        ProviderError,
        external_identity::{ExternalIdentity, ProviderTokens},
    },
    platform::http_client::Endpoint,
};
use domain::users::EmailAddress;
use reqwest::RequestBuilder;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct TokenInfo {
    app: App,
    user: User,
}

#[derive(Deserialize)]
struct App {
    client_id: String,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct UserEmail {
    email: String,
    primary: bool,
    verified: bool,
}

impl ProviderClient<'_> {
    /// Checks that an access token was issued to this client and returns its user's ID.
    pub(super) async fn introspect_github(&self, token: &str) -> Result<u64, ProviderError> {
        let endpoint = self.introspection_endpoint()?;
        let client_id = self.oauth_client.client_id.as_str();
        let client_secret = self.oauth_client.client_secret.expose_secret();
        let request = self
            .http
            .post(endpoint)
            .basic_auth(client_id, Some(client_secret))
            .json(&json!({"access_token": token}));
        let info: TokenInfo = self.call(github_headers(request)).await?;
        if info.app.client_id == client_id {
            Ok(info.user.id)
        } else {
            Err(wrong_client())
        }
    }

    /// Reads the token's user. With `id`, it must be that user. Only a primary, verified email is used.
    pub(super) async fn github_user(
        &self,
        tokens: ProviderTokens,
        id: Option<u64>,
    ) -> Result<ExternalIdentity, ProviderError> {
        let endpoint = self.userinfo_endpoint()?;
        let get = |at: &Endpoint| {
            github_headers(self.http.get(at)).bearer_auth(tokens.access_token.expose_secret())
        };
        let user: User = self.call(get(endpoint)).await?;
        if id.is_some_and(|id| id != user.id) {
            return Err(ProviderError::rejected("user ID mismatch"));
        }
        let emails: Vec<UserEmail> = self.call(get(&endpoint.join(&["emails"]))).await?;
        let email: Option<EmailAddress> = emails
            .iter()
            .find(|e| e.primary && e.verified)
            .and_then(|e| parse_email(Some(&e.email)));
        Ok(ExternalIdentity {
            provider: self.oauth_client.key().to_owned(),
            subject: user.id.to_string(),
            email_verified: email.is_some(),
            email,
            given_name: sanitize_name(user.name.as_deref()),
            family_name: None,
            tokens: Some(tokens),
        })
    }
}

/// Adds the media type and API version headers.
pub(in crate::auth::oauth) fn github_headers(request: RequestBuilder) -> RequestBuilder {
    request
        .header("accept", "application/vnd.github+json")
        .header("x-github-api-version", "2022-11-28")
}
