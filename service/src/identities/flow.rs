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
    redeem::{Oauth, Redeemed, redeem},
    refused, unavailable,
};
use crate::{
    Error, Services,
    db::SystemReason,
    limits::{self, Client},
    mail, rng,
    tenants::Caller,
    users,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{ApiError, ErrorCode, UserId, identities::Provider, routes::Route};
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use std::{sync::Arc, time::Duration};

/// How long the way there and back may take.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// A browser that comes back twice in this time (phones do) is the same visit.
const TWICE: TimeDelta = TimeDelta::seconds(10);
/// How often the second of two such visits looks whether the first is done.
const LOOK: Duration = Duration::from_millis(200);
/// Longest code that is passed on.
const CODE_MAX: usize = 2_048;
/// The right to read mail, and nothing beyond.
const READ_MAIL: &str = "https://www.googleapis.com/auth/gmail.readonly";

/// What a way to a provider is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in, or registering.
    SignIn,
    /// Adding a way to sign in to this person's account.
    Link(UserId),
    /// Reading this person's Gmail, for the workspace of the page to go on to.
    Gmail(UserId),
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
    /// The mailbox is connected; back to this page.
    Connected(Route),
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
        /// What they wanted.
        purpose: Purpose,
        /// Where they began.
        page: Route,
    },
    /// The database.
    #[error(transparent)]
    Failed(#[from] Error),
}

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
    if let Purpose::Gmail(user) = purpose {
        if provider != Provider::Google {
            return Err(Error::not_found());
        }
        mail::may_connect(&workspace(services, user, next).await?)?;
    }
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
        .add_scopes(
            scopes(provider, purpose)
                .iter()
                .map(|s| Scope::new((*s).to_owned())),
        )
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if let Purpose::Gmail(_) = purpose {
        // Mail is read when nobody is there. Google gives what that takes only to those whom it asks in person. What was
        // granted for signing in is not added to it: these tokens open mail and nothing else.
        request = request
            .add_extra_param("access_type", "offline")
            .add_extra_param("prompt", "consent");
    } else if provider != Provider::Github {
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
    let page = match flow.purpose {
        Purpose::SignIn => Route::SignIn(None),
        Purpose::Link(user) | Purpose::Gmail(user) if returned.user == Some(user) => {
            next.clone().unwrap_or(Route::Home)
        }
        Purpose::Link(_) | Purpose::Gmail(_) => return Err(Lost::Unknown),
    };
    let told = |error: Error| Lost::Told {
        error: error.into(),
        purpose: flow.purpose,
        page: page.clone(),
    };
    let way = Way {
        services,
        registered,
        state,
        browser,
    };
    let prove = async || {
        let proven = way.prove(&returned).await;
        proven.inspect_err(|error| refused(error, client)).map_err(told)
    };
    match flow.purpose {
        Purpose::SignIn => {
            let user = enter::on_page(services, prove().await?, client)
                .await
                .map_err(told)?;
            let mut conn = services.db.system_read(SystemReason::Identity).await?;
            queries::settle_flow(&mut conn, &hashes, user).await?;
            Ok(Arrived::SignedIn(user, next))
        }
        Purpose::Link(user) => {
            let asserted = prove().await?;
            linking::link(services, user, asserted).await.map_err(told)?;
            Ok(Arrived::Linked(registered.name.clone(), next))
        }
        Purpose::Gmail(user) => {
            let granted = way.may_read_mail(&returned).await.map_err(told)?;
            let caller = workspace(services, user, next.as_ref()).await.map_err(told)?;
            mail::connect_gmail(services, &caller, granted)
                .await
                .map_err(told)?;
            Ok(Arrived::Connected(page))
        }
    }
}

/// The person in the workspace of the page that mail is to be read for.
async fn workspace(services: &Services, user: UserId, page: Option<&Route>) -> Result<Caller, Error> {
    let Some(Route::Workspace(slug, _)) = page else {
        return Err(Error::not_found());
    };
    users::caller_of_page(services, user, uuid::Uuid::nil().into(), slug).await
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

/// A way that came back, with what is needed to go its last part.
struct Way<'a> {
    services: &'a Services,
    registered: &'a Registered,
    state: &'a str,
    browser: &'a str,
}

impl Way<'_> {
    /// Who came back.
    async fn prove(&self, returned: &Returned) -> Result<Asserted, Error> {
        let endpoints = self.endpoints().await?;
        let Redeemed {
            granted, id_token, ..
        } = self.redeemed(&endpoints, returned).await?;
        let ask = Ask {
            outbound: &self.services.providers.outbound,
            registered: self.registered,
            endpoints: &endpoints,
            now: self.services.clock.now(),
        };
        let nonce = derived(self.services, "nonce", self.state, self.browser);
        ask.after_flow(granted, id_token.as_deref(), &nonce)
            .await
            .map_err(|error| self.told(error))
    }

    /// Tokens that open mail. People can leave that out and still say yes.
    async fn may_read_mail(&self, returned: &Returned) -> Result<Granted, Error> {
        let endpoints = self.endpoints().await?;
        let redeemed = self.redeemed(&endpoints, returned).await?;
        let scopes = redeemed.scopes.as_deref();
        if scopes.is_some_and(|scopes| !scopes.iter().any(|scope| scope == READ_MAIL)) {
            return Err(mail::not_allowed());
        }
        Ok(redeemed.granted)
    }

    async fn endpoints(&self) -> Result<Arc<Endpoints>, Error> {
        self.registered
            .endpoints(&self.services.providers.outbound, self.services.clock.now())
            .await
            .map_err(|away| self.told(away.into()))
    }

    /// What the provider gives for what came back.
    async fn redeemed(&self, endpoints: &Endpoints, returned: &Returned) -> Result<Redeemed, Error> {
        let name = self.registered.name.as_str();
        if !answers_for(endpoints, returned.iss.as_deref()) {
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
        let verifier = derived(self.services, "verifier", self.state, self.browser);
        redeem(self.services, self.registered, endpoints, code, verifier)
            .await
            .map_err(|error| self.told(error))
    }

    fn told(&self, error: Unproven) -> Error {
        let name = self.registered.name.as_str();
        match error {
            Unproven::Refused(why) => {
                tracing::info!(why, provider = name, "a sign-in was refused");
                not_confirmed(name)
            }
            away @ Unproven::Away(_) => away.told(name),
        }
    }
}

/// RFC 9207: a provider that says who it is must be the one that was asked.
fn answers_for(endpoints: &Endpoints, iss: Option<&str>) -> bool {
    match iss {
        Some(iss) => endpoints.issuers.is_empty() || endpoints.issuers.iter().any(|i| i == iss),
        None => !endpoints.names_issuer,
    }
}

fn not_confirmed(name: &str) -> Error {
    Error::api(
        ErrorCode::InvalidProviderToken,
        format!("{name} did not confirm this sign-in. Start it again."),
    )
}

/// The least that says who somebody is; or the right to read mail, which is asked for when it is wanted and not before.
fn scopes(provider: Provider, purpose: Purpose) -> &'static [&'static str] {
    match (provider, purpose) {
        (_, Purpose::Gmail(_)) => &[READ_MAIL],
        (Provider::Google | Provider::Linkedin | Provider::Oidc, _) => &["openid", "email", "profile"],
        (Provider::Github, _) => &["read:user", "user:email"],
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
