//! Handles the provider's redirect back to the browser (RFC 6749 §4.1.2): validates the flow, exchanges the code, and
//! signs the user in, links the account, or hands over the tokens for a mailbox.

use super::{
    CallbackError, InvalidFlow, ProviderError,
    authorization::{FlowLookup, MailboxProvider, Purpose, derive_secret, find_client, is_secret},
    endpoints::Endpoints,
    external_identity::{ExternalIdentity, ProviderTokens},
    link, organization,
    provider_id::ProviderId,
    provider_unavailable,
    providers::OAuthClient,
    queries::{self, Flow},
    record_failed_sign_in, sign_in,
    token_exchange::{TokenResponse, exchange_code},
    userinfo::ProviderClient,
};
use crate::{Error, Services, context::ClientInfo};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ErrorCode, TenantId, UserId, routes::Route, users::EmailAddress};
use std::sync::Arc;

/// Mobile browsers may request the callback twice. A repetition within this time gets the same response as the first.
const DUPLICATE_CALLBACK_WINDOW: TimeDelta = TimeDelta::seconds(10);
/// Longer codes are rejected.
const MAX_CODE_LEN: usize = 2_048;

/// The callback's query parameters and the state of the browser that sent it.
#[derive(Clone, Debug, Default)]
pub struct CallbackParams {
    /// Authorization code.
    pub code: Option<String>,
    /// The state of the authorization request.
    pub state: Option<String>,
    /// Issuer of the response (RFC 9207).
    pub iss: Option<String>,
    /// Error code of the provider (RFC 6749 §4.1.2.1).
    pub error: Option<String>,
    /// The cookie from [`AuthorizationRequest::browser_secret`](super::AuthorizationRequest).
    pub browser_secret: Option<String>,
    /// The signed-in user of this browser.
    pub user: Option<UserId>,
}

/// The result of a callback. The route is the page to show next, where the flow was started with one.
#[derive(Debug)]
pub enum CallbackOutcome {
    /// Start a session for this user. A repeated callback of a completed sign-in has the same outcome.
    SignedIn(UserId, Option<Route>),
    /// As `SignedIn`, through the provider of this organization.
    SignedInToOrganization(UserId, TenantId, Option<Route>),
    /// The provider of this organization works; the settings were last changed at this time.
    Tested(UserId, TenantId, DateTime<Utc>),
    /// The first callback of this flow is still being handled and will start the session, so this one only redirects.
    InProgress(Option<Route>),
    /// The provider's account was linked.
    Linked(Option<Route>),
    /// The user allowed access to their mailbox.
    MailboxAuthorized(MailboxAuthorization),
}

/// The user's consent to read their mailbox.
#[derive(Debug)]
pub struct MailboxAuthorization {
    /// The user who consented.
    pub user: UserId,
    /// The page where the flow was started.
    pub page: Route,
    /// The provider of the mailbox.
    pub provider: MailboxProvider,
    /// Whether the first sync is a preview.
    pub dry_run: bool,
    pub(crate) tokens: ProviderTokens,
    /// The addresses that the provider names, the likeliest first. Empty for Gmail, whose API returns the address of the mailbox.
    pub(crate) addresses: Vec<EmailAddress>,
    scopes: Option<Vec<String>>,
}

impl MailboxAuthorization {
    /// Whether the tokens give access to mail. Google lets users deny a single scope.
    pub(crate) fn can_read_mail(&self) -> bool {
        let scopes = self.scopes.as_deref();
        scopes.is_none_or(|scopes| {
            scopes
                .iter()
                .any(|scope| scope.eq_ignore_ascii_case(self.provider.mail_scope()))
        })
    }

    /// The error to show on the page where the flow was started.
    pub(crate) fn error(provider: MailboxProvider, user: UserId, page: Route, error: Error) -> CallbackError {
        CallbackError::Failed {
            error: error.into(),
            purpose: Purpose::ConnectMailbox(provider, user),
            page,
        }
    }
}

/// Handles a callback.
///
/// # Errors
/// See [`CallbackError`].
pub async fn handle_callback(
    services: &Services,
    provider: ProviderId,
    params: CallbackParams,
    client: &ClientInfo,
) -> Result<CallbackOutcome, CallbackError> {
    let oauth_client = find_client(services, provider)
        .await?
        .ok_or(InvalidFlow::UnknownProvider)?;
    let oauth_client = &*oauth_client;
    let secret = |value: &Option<String>| value.clone().filter(|secret| is_secret(secret));
    let state = secret(&params.state).ok_or(InvalidFlow::MissingState)?;
    let browser_secret = secret(&params.browser_secret).ok_or(InvalidFlow::MissingCookie)?;
    let lookup = FlowLookup::new(&state, &browser_secret);
    let now = services.clock.now();
    let flow = {
        let mut conn = services.db.global_conn().await?;
        queries::consume_flow(&mut conn, &lookup, provider, now).await?
    };
    let Some(Flow { purpose, next }) = flow else {
        return replay_duplicate(services, provider, &lookup).await;
    };
    let next = next.as_deref().and_then(Route::parse);
    let page = match purpose {
        Purpose::SignIn => Route::SignIn(None),
        Purpose::Link(user)
        | Purpose::Test(user)
        | Purpose::ConnectMailbox(_, user)
        | Purpose::PreviewMailbox(_, user)
            if params.user == Some(user) =>
        {
            next.clone().unwrap_or(Route::Home)
        }
        _ => return Err(InvalidFlow::UserMismatch.into()),
    };
    let failed = |error: Error| CallbackError::Failed {
        error: error.into(),
        purpose,
        page: page.clone(),
    };
    let exchange = CodeExchange {
        services,
        oauth_client,
        provider_name: oauth_client.name_for(purpose),
        state: &state,
        browser_secret: &browser_secret,
        params: &params,
    };
    match purpose {
        Purpose::SignIn => {
            let identity = exchange.identity(client).await.map_err(failed)?;
            let user = sign_in::sign_in_web(services, identity, oauth_client.organization(), client)
                .await
                .map_err(failed)?;
            let mut conn = services.db.global_conn().await?;
            queries::set_signed_in_user(&mut conn, &lookup, user).await?;
            Ok(match oauth_client.organization() {
                Some(tenant) => CallbackOutcome::SignedInToOrganization(user, tenant, next),
                None => CallbackOutcome::SignedIn(user, next),
            })
        }
        Purpose::Test(user) => {
            let tenant = oauth_client.organization().ok_or(InvalidFlow::UnknownProvider)?;
            exchange.identity(client).await.map_err(failed)?;
            Ok(CallbackOutcome::Tested(user, tenant, oauth_client.version))
        }
        Purpose::Link(user) => {
            let identity = exchange.identity(client).await.map_err(failed)?;
            link::link_identity(services, user, identity, Some(client.ip()))
                .await
                .map_err(failed)?;
            Ok(CallbackOutcome::Linked(next))
        }
        Purpose::ConnectMailbox(mailbox, user) | Purpose::PreviewMailbox(mailbox, user) => {
            let endpoints = exchange.endpoints().await.map_err(failed)?;
            let response = exchange.tokens(&endpoints).await.map_err(failed)?;
            let addresses = match mailbox {
                MailboxProvider::Gmail => Vec::new(),
                MailboxProvider::Outlook => exchange
                    .mailbox_addresses(&endpoints, response.id_token.as_deref())
                    .await
                    .map_err(failed)?,
            };
            Ok(CallbackOutcome::MailboxAuthorized(MailboxAuthorization {
                user,
                page,
                provider: mailbox,
                dry_run: matches!(purpose, Purpose::PreviewMailbox(..)),
                tokens: response.tokens,
                addresses,
                scopes: response.scopes,
            }))
        }
    }
}

/// Handles a callback whose flow could not be consumed: either the repetition of a recent sign-in, or an invalid flow.
async fn replay_duplicate(
    services: &Services,
    provider: ProviderId,
    lookup: &FlowLookup,
) -> Result<CallbackOutcome, CallbackError> {
    let flow = {
        let mut conn = services.db.global_conn().await?;
        queries::find_flow(&mut conn, &lookup.state_hash).await?
    };
    let flow = flow.ok_or(InvalidFlow::StateMismatch)?;
    if flow.browser_hash != lookup.browser_hash {
        return Err(InvalidFlow::BrowserMismatch.into());
    }
    if flow.provider != provider.to_string() {
        return Err(InvalidFlow::ProviderMismatch.into());
    }
    let used_at = flow.used_at.ok_or(InvalidFlow::Expired)?;
    let is_duplicate = used_at >= services.clock.now() - DUPLICATE_CALLBACK_WINDOW;
    if !is_duplicate || flow.purpose != Purpose::SignIn {
        return Err(InvalidFlow::AlreadyUsed.into());
    }
    let next = flow.next.as_deref().and_then(Route::parse);
    Ok(match (flow.signed_in_user, provider) {
        (Some(user), ProviderId::Organization(tenant)) => {
            CallbackOutcome::SignedInToOrganization(user, tenant, next)
        }
        (Some(user), ProviderId::Installation(_) | ProviderId::Microsoft) => {
            CallbackOutcome::SignedIn(user, next)
        }
        (None, _) => CallbackOutcome::InProgress(next),
    })
}

/// A callback of a valid flow, ready for the token exchange.
struct CodeExchange<'a> {
    services: &'a Services,
    oauth_client: &'a OAuthClient,
    provider_name: &'a str,
    state: &'a str,
    browser_secret: &'a str,
    params: &'a CallbackParams,
}

impl CodeExchange<'_> {
    /// Exchanges the code and resolves the tokens to the user's identity.
    async fn identity(&self, client: &ClientInfo) -> Result<ExternalIdentity, Error> {
        let identity = async {
            let endpoints = self.endpoints().await?;
            let TokenResponse { tokens, id_token, .. } = self.tokens(&endpoints).await?;
            let nonce = self.derive_secret("nonce");
            let identity = self
                .provider_client(&endpoints)
                .user_from_callback(tokens, id_token.as_deref(), &nonce)
                .await
                .map_err(|error| self.api_error(error))?;
            organization::check_identity(self.services, self.oauth_client, &identity).await?;
            Ok(ExternalIdentity {
                // The tokens of an organization's provider are dropped, because they are not used after the sign-in.
                tokens: identity
                    .tokens
                    .filter(|_| self.oauth_client.organization().is_none()),
                ..identity
            })
        };
        identity
            .await
            .inspect_err(|error| record_failed_sign_in(error, client))
    }

    /// The addresses of the mailbox that the ID token names.
    async fn mailbox_addresses(
        &self,
        endpoints: &Endpoints,
        id_token: Option<&str>,
    ) -> Result<Vec<EmailAddress>, Error> {
        let nonce = self.derive_secret("nonce");
        self.provider_client(endpoints)
            .mailbox_addresses(id_token, &nonce)
            .await
            .map_err(|error| self.api_error(error))
    }

    fn provider_client<'a>(&'a self, endpoints: &'a Endpoints) -> ProviderClient<'a> {
        ProviderClient {
            http: &self.services.providers.http,
            oauth_client: self.oauth_client,
            endpoints,
            now: self.services.clock.now(),
        }
    }

    async fn endpoints(&self) -> Result<Arc<Endpoints>, Error> {
        self.oauth_client
            .endpoints(&self.services.providers.http, self.services.clock.now())
            .await
            .map_err(|error| self.api_error(error.into()))
    }

    /// Exchanges the code for tokens, unless the provider reported an error.
    async fn tokens(&self, endpoints: &Endpoints) -> Result<TokenResponse, Error> {
        let name = self.provider_name;
        if !issuer_matches(endpoints, self.params.iss.as_deref()) {
            return Err(not_confirmed(name, "issuer mismatch"));
        }
        let code = match (&self.params.code, self.params.error.as_deref()) {
            (Some(code), None) if code.len() <= MAX_CODE_LEN => code,
            (_, Some("access_denied" | "user_cancelled_login" | "user_cancelled_authorize")) => {
                return Err(Error::api(
                    ErrorCode::Forbidden,
                    format!("You left {name} without confirming. Nothing was changed."),
                ));
            }
            (_, Some("temporarily_unavailable" | "server_error")) => {
                return Err(provider_unavailable(name));
            }
            (_, Some(_)) => return Err(not_confirmed(name, "error response of the provider")),
            (_, None) => return Err(not_confirmed(name, "missing or oversized code")),
        };
        let verifier = self.derive_secret("verifier");
        exchange_code(self.services, self.oauth_client, endpoints, code, verifier)
            .await
            .map_err(|error| self.api_error(error))
    }

    fn derive_secret(&self, name: &str) -> String {
        derive_secret(self.services, name, self.state, self.browser_secret)
    }

    /// As [`ProviderError::into_api_error`], with a message for the sign-in page instead of an API client.
    fn api_error(&self, error: ProviderError) -> Error {
        let name = self.provider_name;
        match error {
            ProviderError::Rejected(reason) => not_confirmed(name, &reason),
            unavailable @ ProviderError::Unavailable(_) => unavailable.into_api_error(name),
        }
    }
}

/// RFC 9207 §2.4: the issuer in the response must be the one that was asked.
fn issuer_matches(endpoints: &Endpoints, iss: Option<&str>) -> bool {
    match iss {
        Some(iss) => endpoints.issuers.is_empty() || endpoints.issuers.iter().any(|i| i == iss),
        None => !endpoints.iss_parameter_supported,
    }
}

/// Logs the reason and returns the error for the page.
fn not_confirmed(name: &str, reason: &str) -> Error {
    tracing::info!(reason, provider = name, "OAuth sign-in rejected");
    Error::api(
        ErrorCode::InvalidProviderToken,
        format!("{name} did not confirm this sign-in. Please try again."),
    )
}
