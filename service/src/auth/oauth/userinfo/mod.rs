//! Resolves a provider's tokens to an [`ExternalIdentity`]. Provider responses are untrusted: their size is limited, their
//! shape fixed, and tokens that were not issued to this client are rejected.

mod github;
mod google;
mod linkedin;

pub use linkedin::get_linkedin_profile;

pub(super) use github::github_headers;

use super::{
    ProviderError,
    endpoints::Endpoints,
    external_identity::{ExternalIdentity, ProviderTokens, is_true, parse_email, sanitize_name},
    oidc::id_token::{self, Claims, TokenExpectations},
    providers::OAuthClient,
};
use crate::platform::http_client::{Endpoint, FetchError, HttpClient, MAX_BODY_BYTES, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{auth::Provider, users::EmailAddress};
use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// API clients may send ID tokens up to this age, the usual token lifetime of providers.
const ID_TOKEN_MAX_AGE_API: TimeDelta = TimeDelta::hours(1);
/// In the browser flow the ID token has just been issued.
const ID_TOKEN_MAX_AGE_BROWSER: TimeDelta = TimeDelta::minutes(10);

/// Sends requests about users to one provider.
pub(super) struct ProviderClient<'a> {
    pub http: &'a HttpClient,
    pub oauth_client: &'a OAuthClient,
    pub endpoints: &'a Endpoints,
    pub now: DateTime<Utc>,
}

/// Userinfo response (OpenID Connect Core 1.0 §5.3.2).
#[derive(Debug, Deserialize)]
struct Userinfo {
    sub: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    given_name: Option<String>,
    #[serde(default)]
    family_name: Option<String>,
    #[serde(default)]
    picture: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<Value>,
    #[serde(default)]
    locale: Option<Value>,
}

impl ProviderClient<'_> {
    /// Resolves the tokens of a browser flow. `nonce` is the nonce of its authorization request.
    pub async fn user_from_callback(
        &self,
        tokens: ProviderTokens,
        id_token: Option<&str>,
        nonce: &str,
    ) -> Result<ExternalIdentity, ProviderError> {
        match self.oauth_client.provider {
            // LinkedIn leaves the nonce out of its ID tokens, so its userinfo endpoint is used instead.
            Provider::Linkedin => self.user_from_userinfo(tokens, None).await,
            Provider::Github => self.github_user(tokens, None).await,
            Provider::Google | Provider::Oidc => {
                let id_token = id_token.ok_or_else(|| ProviderError::rejected("no ID token"))?;
                let expected = TokenExpectations {
                    nonce: Some(nonce),
                    max_age: ID_TOKEN_MAX_AGE_BROWSER,
                };
                let claims = self.verify_id_token(id_token, &expected).await?;
                if claims.email.is_none() && self.endpoints.userinfo.is_some() {
                    return self.user_from_userinfo(tokens, Some(&claims.sub)).await;
                }
                Ok(self.user_from_claims(claims, Some(tokens)))
            }
        }
    }

    /// The addresses that the ID token of a browser flow names, which may be those of the mailbox: the user name, then the email address.
    /// They identify no user; the IMAP server decides which of them is the user of the access token.
    pub async fn mailbox_addresses(
        &self,
        id_token: Option<&str>,
        nonce: &str,
    ) -> Result<Vec<EmailAddress>, ProviderError> {
        let id_token = id_token.ok_or_else(|| ProviderError::rejected("no ID token"))?;
        let expected = TokenExpectations {
            nonce: Some(nonce),
            max_age: ID_TOKEN_MAX_AGE_BROWSER,
        };
        let claims = self.verify_id_token(id_token, &expected).await?;
        let username = claims.preferred_username.as_ref().and_then(Value::as_str);
        let mut addresses: Vec<EmailAddress> = [username, claims.email.as_deref()]
            .into_iter()
            .filter_map(parse_email)
            .collect();
        addresses.dedup();
        Ok(addresses)
    }

    /// Resolves an ID token that an API client sent.
    pub async fn user_from_id_token(&self, id_token: &str) -> Result<ExternalIdentity, ProviderError> {
        let expected = TokenExpectations {
            nonce: None,
            max_age: ID_TOKEN_MAX_AGE_API,
        };
        let claims = self.verify_id_token(id_token, &expected).await?;
        Ok(self.user_from_claims(claims, None))
    }

    /// Resolves an access token that an API client sent. It must have been issued to this OAuth client; otherwise the
    /// operator of any other application could sign in here as its users.
    pub async fn user_from_access_token(&self, token: &str) -> Result<ExternalIdentity, ProviderError> {
        let tokens = ProviderTokens {
            access_token: SecretString::from(token),
            refresh_token: None,
            expires_at: None,
        };
        match self.oauth_client.provider {
            Provider::Google => {
                let subject = self.introspect_google(token).await?;
                self.user_from_userinfo(tokens, Some(&subject)).await
            }
            Provider::Linkedin => {
                self.introspect_linkedin(token).await?;
                self.user_from_userinfo(tokens, None).await
            }
            Provider::Github => {
                let id = self.introspect_github(token).await?;
                self.github_user(tokens, Some(id)).await
            }
            Provider::Oidc => Err(no_introspection()),
        }
    }

    async fn userinfo(&self, access_token: &SecretString) -> Result<Userinfo, ProviderError> {
        let endpoint = self.userinfo_endpoint()?;
        let request = self.http.get(endpoint).bearer_auth(access_token.expose_secret());
        let userinfo: Userinfo = self.call(request).await?;
        if userinfo.sub.is_empty() || userinfo.sub.len() > 255 || !userinfo.sub.is_ascii() {
            return Err(FetchError::InvalidResponse("userinfo with an invalid subject".into()).into());
        }
        Ok(userinfo)
    }

    fn userinfo_endpoint(&self) -> Result<&Endpoint, ProviderError> {
        self.endpoints
            .userinfo
            .as_ref()
            .ok_or_else(|| ProviderError::rejected("provider has no userinfo endpoint"))
    }

    fn introspection_endpoint(&self) -> Result<&Endpoint, ProviderError> {
        self.endpoints.introspection.as_ref().ok_or_else(no_introspection)
    }

    async fn verify_id_token(
        &self,
        token: &str,
        expected: &TokenExpectations<'_>,
    ) -> Result<Claims, ProviderError> {
        id_token::verify(
            self.http,
            self.oauth_client,
            self.endpoints,
            token,
            expected,
            self.now,
        )
        .await
    }

    fn user_from_claims(&self, claims: Claims, tokens: Option<ProviderTokens>) -> ExternalIdentity {
        ExternalIdentity {
            provider: self.oauth_client.key().to_owned(),
            subject: claims.sub,
            email: parse_email(claims.email.as_deref()),
            email_verified: is_true(claims.email_verified.as_ref()),
            given_name: sanitize_name(claims.given_name.as_deref()),
            family_name: sanitize_name(claims.family_name.as_deref()),
            tokens,
        }
    }

    /// Reads the user from the userinfo endpoint. With `subject`, the response must be about that subject (OpenID Connect
    /// Core 1.0 §5.3.2).
    async fn user_from_userinfo(
        &self,
        tokens: ProviderTokens,
        subject: Option<&str>,
    ) -> Result<ExternalIdentity, ProviderError> {
        let userinfo = self.userinfo(&tokens.access_token).await?;
        if subject.is_some_and(|subject| subject != userinfo.sub) {
            return Err(ProviderError::rejected("userinfo subject mismatch"));
        }
        Ok(ExternalIdentity {
            provider: self.oauth_client.key().to_owned(),
            subject: userinfo.sub,
            email: parse_email(userinfo.email.as_deref()),
            email_verified: is_true(userinfo.email_verified.as_ref()),
            given_name: sanitize_name(userinfo.given_name.as_deref().or(userinfo.name.as_deref())),
            family_name: sanitize_name(userinfo.family_name.as_deref()),
            tokens: Some(tokens),
        })
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ProviderError> {
        let response = self.http.send(request, MAX_BODY_BYTES).await?;
        Ok(check_status(&response)?.json()?)
    }
}

/// Maps status codes for invalid requests to a rejected token, and all other errors to an unavailable provider.
fn check_status(response: &Response) -> Result<&Response, ProviderError> {
    match response.status {
        200..=299 => Ok(response),
        400 | 401 | 403 | 404 | 422 => Err(ProviderError::rejected(format!("status {}", response.status))),
        status => Err(FetchError::InvalidResponse(format!("status {status}")).into()),
    }
}

fn no_introspection() -> ProviderError {
    ProviderError::rejected("provider has no introspection endpoint")
}

fn wrong_client() -> ProviderError {
    ProviderError::rejected("token was issued to another client")
}
