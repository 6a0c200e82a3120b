//! Exchange of an authorization code for tokens (RFC 6749 §4.1.3).

use super::{
    ProviderError,
    endpoints::{Endpoints, TokenAuthMethod},
    external_identity::ProviderTokens,
    providers::OAuthClient,
};
use crate::{Services, platform::http_client::FetchError};
use chrono::TimeDelta;
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, ExtraTokenFields, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenResponse as _,
    TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct IdTokenField {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}
impl ExtraTokenFields for IdTokenField {}

/// The `oauth2` crate's client, with token responses that may carry an ID token.
pub(super) type OAuth2Client = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
>;

/// A successful token response.
pub(super) struct TokenResponse {
    pub tokens: ProviderTokens,
    pub id_token: Option<String>,
    /// The granted scopes; `None` means that all requested scopes were granted (RFC 6749 §5.1).
    pub scopes: Option<Vec<String>>,
}

/// Exchanges the code with the PKCE verifier of its flow.
pub(super) async fn exchange_code(
    services: &Services,
    oauth_client: &OAuthClient,
    endpoints: &Endpoints,
    code: &str,
    verifier: String,
) -> Result<TokenResponse, ProviderError> {
    let providers = &services.providers;
    let redirect_url = RedirectUrl::new(providers.callback_url(oauth_client.id()))
        .map_err(|e| ProviderError::rejected(e.to_string()))?;
    let client = OAuth2Client::new(ClientId::new(oauth_client.client_id.clone()))
        .set_client_secret(ClientSecret::new(
            oauth_client.client_secret.expose_secret().to_owned(),
        ))
        .set_auth_type(match endpoints.token_auth_method {
            TokenAuthMethod::ClientSecretPost => AuthType::RequestBody,
            TokenAuthMethod::ClientSecretBasic => AuthType::BasicAuth,
        })
        .set_token_uri(TokenUrl::from_url(endpoints.token.url().clone()))
        .set_redirect_uri(redirect_url);
    let (http, token_endpoint) = (providers.http.clone(), endpoints.token.clone());
    let send = move |request| {
        let (http, token_endpoint) = (http.clone(), token_endpoint.clone());
        async move { http.execute_oauth2(&token_endpoint, request).await }
    };
    let response = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier))
        .request_async(&send)
        .await;
    match response {
        Ok(response) => {
            let lifetime = response.expires_in().and_then(|d| TimeDelta::from_std(d).ok());
            let tokens = ProviderTokens {
                access_token: SecretString::from(response.access_token().secret().as_str()),
                refresh_token: response
                    .refresh_token()
                    .map(|t| SecretString::from(t.secret().as_str())),
                expires_at: lifetime.and_then(|d| services.clock.now().checked_add_signed(d)),
            };
            Ok(TokenResponse {
                tokens,
                id_token: response.extra_fields().id_token.clone(),
                scopes: response
                    .scopes()
                    .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
            })
        }
        Err(RequestTokenError::ServerResponse(response)) => Err(ProviderError::rejected(format!(
            "token exchange failed: {}",
            response.error()
        ))),
        Err(RequestTokenError::Request(error)) => Err(error.into()),
        // GitHub sends error responses with status 200.
        Err(RequestTokenError::Parse(_, body)) if is_error_response(&body) => {
            Err(ProviderError::rejected("token exchange failed"))
        }
        Err(RequestTokenError::Parse(error, _)) => Err(FetchError::InvalidResponse(error.to_string()).into()),
        Err(RequestTokenError::Other(text)) => Err(FetchError::InvalidResponse(text).into()),
    }
}

fn is_error_response(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct ErrorResponse {
        error: String,
    }
    serde_json::from_slice::<ErrorResponse>(body).is_ok_and(|response| !response.error.is_empty())
}
