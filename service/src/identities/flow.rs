//! To a provider and back in a browser.
//!
//! Going out, a random `state` is kept as its hash, together with the hash of a cookie that only this browser has. Coming
//! back, both must be shown, once, within ten minutes, at the address of the same provider. Verifier and nonce are made of
//! state and cookie under our key, so that neither lies in the database.

use super::{
    Unproven,
    ask::Ask,
    asserted::{Asserted, Granted},
    endpoints::Endpoints,
    enter, linking,
    providers::Registered,
    queries::{self, Flow, UsedFlow},
    refused, unavailable,
};
use crate::{
    Error, Services,
    db::SystemReason,
    limits::{self, Client},
    outbound::Away,
    rng,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{ApiError, ErrorCode, UserId, identities::Provider, routes::Route};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long the way there and back may take.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// A browser that comes back twice in this time (phones do) is the same visit.
const TWICE: TimeDelta = TimeDelta::seconds(10);
/// How often the second of two such visits looks whether the first is done.
const LOOK: Duration = Duration::from_millis(200);
/// Longest code that is passed on.
const CODE_MAX: usize = 2_048;

/// What a way to a provider is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in, or registering.
    SignIn,
    /// Adding a way to sign in to this person's account.
    Link(UserId),
}

/// A way that was begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What the provider is called.
    pub name: String,
    /// The browser's cookie, to be kept for ten minutes.
    pub browser: String,
}

/// What a browser brings back.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// The provider's answer.
    pub code: Option<String>,
    /// What went out with the browser.
    pub state: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// The browser's cookie.
    pub browser: Option<String>,
    /// Who is signed in in this browser.
    pub user: Option<UserId>,
}

/// Where a way led.
#[derive(Debug)]
pub enum Arrived {
    /// This person is signed in from now on, and goes on to this page or to their own.
    SignedIn(UserId, Option<Route>),
    /// The account of this provider was added; back to this page.
    Linked(String, Option<Route>),
    /// The same answer signed this person in a moment ago, in this browser; it goes on as it did then.
    Again(UserId, Option<Route>),
}

/// Why a way led nowhere.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// Unknown, used, too old, of another browser, provider or purpose. Nothing is said about which.
    #[error("not a sign-in of this browser")]
    Unknown,
    /// What to tell the person, on the page where they began.
    #[error("{error}")]
    Told {
        /// What went wrong.
        error: ApiError,
        /// The page that linking began on; nothing when signing in.
        link_page: Option<Route>,
    },
    /// The database.
    #[error(transparent)]
    Failed(#[from] Error),
}

#[derive(Debug, Deserialize, Serialize)]
struct WithIdToken {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}
impl ExtraTokenFields for WithIdToken {}

type TokenAnswer = StandardTokenResponse<WithIdToken, BasicTokenType>;
type Oauth = oauth2::Client<
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

/// Begins a way to a provider. `browser` is the cookie that an earlier way left; `next` the page to go on to.
///
/// # Errors
/// `not_found` for a provider that is not configured; `rate_limited`; `provider_unavailable` when it does not say where to go.
pub async fn begin(
    services: &Services,
    provider: Provider,
    purpose: Purpose,
    next: Option<&Route>,
    browser: Option<&str>,
    client: &Client,
) -> Result<Begun, Error> {
    let now = services.clock.now();
    let providers = &services.providers;
    let registered = providers.find(provider).ok_or_else(Error::not_found)?;
    limits::sign_in(services, client).await?;
    let endpoints = registered
        .endpoints(&providers.outbound, now)
        .await
        .map_err(|away| Unproven::from(away).told(&registered.name))?;
    let state = rng::secret(services.rng.as_ref());
    let browser = browser
        .filter(|b| is_secret(b))
        .map_or_else(|| rng::secret(services.rng.as_ref()), str::to_owned);
    let flow = Flow {
        purpose,
        next: next.map(ToString::to_string),
    };
    let mut conn = services.db.system_read(SystemReason::Identity).await?;
    let hashes = Hashes::of(&state, &browser);
    queries::insert_flow(&mut conn, &hashes, provider, &flow, now + LIFETIME).await?;

    let broken = |e: oauth2::url::ParseError| Error::Internal(e.to_string());
    let verifier = PkceCodeVerifier::new(derived(services, "verifier", &state, &browser));
    let client = Oauth::new(ClientId::new(registered.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(endpoints.authorize.clone()))
        .set_redirect_uri(RedirectUrl::new(providers.callback(provider)).map_err(broken)?);
    let mut request = client
        .authorize_url(|| CsrfToken::new(state.clone()))
        .add_scopes(scopes(provider).iter().map(|s| Scope::new((*s).to_owned())))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if provider != Provider::Github {
        request = request.add_extra_param("nonce", derived(services, "nonce", &state, &browser));
    }
    let (url, _) = request.url();
    Ok(Begun {
        url: url.into(),
        name: registered.name.clone(),
        browser,
    })
}

/// Ends a way: what the browser brought back is checked, the code redeemed, and the person signed in or the account
/// linked.
///
/// # Errors
/// See [`Lost`].
pub async fn finish(
    services: &Services,
    provider: Provider,
    returned: Returned,
    client: &Client,
) -> Result<Arrived, Lost> {
    let registered = services.providers.find(provider).ok_or(Lost::Unknown)?;
    let (Some(state), Some(browser)) = (&returned.state, &returned.browser) else {
        return Err(Lost::Unknown);
    };
    if !is_secret(state) || !is_secret(browser) {
        return Err(Lost::Unknown);
    }
    let hashes = Hashes::of(state, browser);
    let now = services.clock.now();
    let taken = {
        let mut conn = services.db.system_read(SystemReason::Identity).await?;
        queries::take_flow(&mut conn, &hashes, provider, now).await?
    };
    let Some(flow) = taken else {
        return again(services, provider, &hashes).await;
    };
    let next = flow.next.as_deref().and_then(Route::parse);
    let link_page = match flow.purpose {
        Purpose::SignIn => None,
        Purpose::Link(user) if returned.user == Some(user) => Some(next.clone().unwrap_or(Route::Home)),
        Purpose::Link(_) => return Err(Lost::Unknown),
    };
    let told = |error: Error| Lost::Told {
        error: error.into(),
        link_page: link_page.clone(),
    };
    let asserted = prove(services, registered, &returned, state, browser)
        .await
        .inspect_err(|error| refused(error, client))
        .map_err(told)?;
    match flow.purpose {
        Purpose::SignIn => {
            let user = enter::on_page(services, asserted, client).await.map_err(told)?;
            let mut conn = services.db.system_read(SystemReason::Identity).await?;
            queries::settle_flow(&mut conn, &hashes, user).await?;
            Ok(Arrived::SignedIn(user, next))
        }
        Purpose::Link(user) => {
            linking::link(services, user, asserted).await.map_err(told)?;
            Ok(Arrived::Linked(registered.name.clone(), next))
        }
    }
}

/// The second of two equal visits, or nothing of ours.
async fn again(services: &Services, provider: Provider, hashes: &Hashes) -> Result<Arrived, Lost> {
    let since = services.clock.now() - TWICE;
    let mut waited = Duration::ZERO;
    loop {
        let found = {
            let mut conn = services.db.system_read(SystemReason::Identity).await?;
            queries::used_flow(&mut conn, hashes, provider, since).await?
        };
        match found {
            None => return Err(Lost::Unknown),
            Some(UsedFlow {
                next,
                done_for: Some(user),
            }) => {
                return Ok(Arrived::Again(user, next.as_deref().and_then(Route::parse)));
            }
            Some(_) if waited >= crate::outbound::TOTAL => return Err(Lost::Unknown),
            Some(_) => {}
        }
        tokio::time::sleep(LOOK).await;
        waited += LOOK;
    }
}

/// Who came back.
async fn prove(
    services: &Services,
    registered: &Registered,
    returned: &Returned,
    state: &str,
    browser: &str,
) -> Result<Asserted, Error> {
    let name = registered.name.as_str();
    let now = services.clock.now();
    let outbound = &services.providers.outbound;
    let endpoints = registered
        .endpoints(outbound, now)
        .await
        .map_err(|away| Unproven::from(away).told(name))?;
    if !answers_for(&endpoints, returned.iss.as_deref()) {
        return Err(not_confirmed(name));
    }
    let code = match (&returned.code, returned.error.as_deref()) {
        (Some(code), None) if code.len() <= CODE_MAX => code,
        (_, Some("access_denied" | "user_cancelled_login" | "user_cancelled_authorize")) => {
            return Err(Error::api(
                ErrorCode::Forbidden,
                format!("You left {name} without confirming. Nothing was changed."),
            ));
        }
        (_, Some("temporarily_unavailable" | "server_error")) => return Err(unavailable(name)),
        _ => return Err(not_confirmed(name)),
    };
    let verifier = derived(services, "verifier", state, browser);
    let redeemed = redeem(services, registered, &endpoints, code, verifier).await;
    let ask = Ask {
        outbound,
        registered,
        endpoints: &endpoints,
        now,
    };
    let nonce = derived(services, "nonce", state, browser);
    let proven = match redeemed {
        Ok((granted, id_token)) => ask.after_flow(granted, id_token.as_deref(), &nonce).await,
        Err(error) => Err(error),
    };
    proven.map_err(|error| match error {
        Unproven::Refused(why) => {
            tracing::info!(why, provider = name, "a sign-in was refused");
            not_confirmed(name)
        }
        away @ Unproven::Away(_) => away.told(name),
    })
}

/// RFC 9207: a provider that says who it is must be the one that was asked.
fn answers_for(endpoints: &Endpoints, iss: Option<&str>) -> bool {
    match iss {
        Some(iss) => endpoints.issuers.is_empty() || endpoints.issuers.iter().any(|i| i == iss),
        None => !endpoints.names_issuer,
    }
}

/// Exchanges the code (RFC 6749 §4.1.3) with the verifier of this very way.
async fn redeem(
    services: &Services,
    registered: &Registered,
    endpoints: &Endpoints,
    code: &str,
    verifier: String,
) -> Result<(Granted, Option<String>), Unproven> {
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
            Ok((granted, tokens.extra_fields().id_token.clone()))
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

fn not_confirmed(name: &str) -> Error {
    Error::api(
        ErrorCode::InvalidProviderToken,
        format!("{name} did not confirm this sign-in. Start it again."),
    )
}

/// The least that says who somebody is.
fn scopes(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Google | Provider::Linkedin | Provider::Oidc => &["openid", "email", "profile"],
        Provider::Github => &["read:user", "user:email"],
    }
}

/// What is kept of a way.
pub(super) struct Hashes {
    pub state: Vec<u8>,
    pub browser: Vec<u8>,
}

impl Hashes {
    fn of(state: &str, browser: &str) -> Self {
        Self {
            state: rng::sha256(state.as_bytes()),
            browser: rng::sha256(browser.as_bytes()),
        }
    }
}

/// A value of 256 bits that follows from state and cookie, for those who have our key.
fn derived(services: &Services, what: &str, state: &str, browser: &str) -> String {
    let purpose = format!("sign-in {what}");
    let tag = services
        .keys
        .tag(&purpose, format!("{state}.{browser}").as_bytes());
    URL_SAFE_NO_PAD.encode(tag)
}

/// Whether it has the form that [`rng::secret`] gives.
fn is_secret(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
