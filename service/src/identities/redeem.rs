//! Codes become tokens (RFC 6749 §4.1.3).

use super::{Unproven, asserted::Granted, endpoints::Endpoints, providers::Registered};
use crate::{Services, outbound::Away};
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
pub(super) struct WithIdToken {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}
impl ExtraTokenFields for WithIdToken {}

pub(super) type TokenAnswer = StandardTokenResponse<WithIdToken, BasicTokenType>;
pub(super) type Oauth = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
>;

/// What a code was worth.
pub(super) struct Redeemed {
    /// The tokens.
    pub granted: Granted,
    /// Who signed in, where that was asked for.
    pub id_token: Option<String>,
    /// What was granted; nothing where the provider says that it is what was asked for.
    pub scopes: Option<Vec<String>>,
}

/// Exchanges the code with the verifier of this very way.
pub(super) async fn redeem(
    services: &Services,
    registered: &Registered,
    endpoints: &Endpoints,
    code: &str,
    verifier: String,
) -> Result<Redeemed, Unproven> {
    let providers = &services.providers;
    let broken = |e: oauth2::url::ParseError| Unproven::refused(e.to_string());
    let client = Oauth::new(ClientId::new(registered.client_id.clone()))
        .set_client_secret(ClientSecret::new(
            registered.client_secret.expose_secret().to_owned(),
        ))
        .set_auth_type(if endpoints.secret_in_body {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        })
        .set_token_uri(TokenUrl::from_url(endpoints.token.url().clone()))
        .set_redirect_uri(RedirectUrl::new(providers.callback(registered.provider)).map_err(broken)?);
    let (outbound, to) = (providers.outbound.clone(), endpoints.token.clone());
    let relay = move |request| {
        let (outbound, to) = (outbound.clone(), to.clone());
        async move { outbound.relay(&to, request).await }
    };
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier))
        .request_async(&relay)
        .await;
    match answer {
        Ok(tokens) => {
            let lifetime = tokens.expires_in().and_then(|d| TimeDelta::from_std(d).ok());
            let granted = Granted {
                access: SecretString::from(tokens.access_token().secret().as_str()),
                refresh: tokens
                    .refresh_token()
                    .map(|t| SecretString::from(t.secret().as_str())),
                expires_at: lifetime.and_then(|d| services.clock.now().checked_add_signed(d)),
            };
            Ok(Redeemed {
                granted,
                id_token: tokens.extra_fields().id_token.clone(),
                scopes: tokens
                    .scopes()
                    .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect()),
            })
        }
        Err(RequestTokenError::ServerResponse(answer)) => Err(Unproven::refused(format!(
            "the code was refused: {}",
            answer.error()
        ))),
        Err(RequestTokenError::Request(away)) => Err(away.into()),
        // GitHub says no with status 200.
        Err(RequestTokenError::Parse(_, body)) if says_no(&body) => {
            Err(Unproven::refused("the code was refused"))
        }
        Err(RequestTokenError::Parse(error, _)) => Err(Away::Nonsense(error.to_string()).into()),
        Err(RequestTokenError::Other(text)) => Err(Away::Nonsense(text).into()),
    }
}

fn says_no(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct No {
        error: String,
    }
    serde_json::from_slice::<No>(body).is_ok_and(|no| !no.error.is_empty())
}
