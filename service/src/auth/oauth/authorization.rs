//! Starts the authorization code flow in a browser (RFC 6749 §4.1.1).
//!
//! The random `state` is stored as a hash, together with the hash of a cookie that only this browser has. The callback
//! must present both, once, within ten minutes, at the same provider's callback URL. The PKCE verifier and the nonce are
//! derived from state, cookie and the installation's key, so neither is stored in the database.

use super::{
    ProviderError, organization,
    provider_id::ProviderId,
    providers::OAuthClient,
    queries::{self, Flow},
    token_exchange::OAuth2Client,
};
use crate::{Error, Services, auth::demo::reject_demo, context::ClientInfo, platform::rng, rate_limit};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{UserId, auth::Provider, routes::Route};
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use std::sync::Arc;

/// Time from the authorization request to the callback.
const FLOW_TTL: TimeDelta = TimeDelta::minutes(10);
/// Read-only access to Gmail.
const GMAIL_READ_SCOPE: &str = "https://www.googleapis.com/auth/gmail.readonly";
/// Access to a mailbox by IMAP. Microsoft has no scope that only allows reading by IMAP.
pub(super) const OUTLOOK_IMAP_SCOPE: &str = "https://outlook.office.com/IMAP.AccessAsUser.All";

/// A provider of mailboxes that are connected with OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxProvider {
    /// Google.
    Gmail,
    /// Microsoft: Outlook.com and Microsoft 365.
    Outlook,
}

impl MailboxProvider {
    pub(super) fn id(self) -> ProviderId {
        match self {
            Self::Gmail => Provider::Google.into(),
            Self::Outlook => ProviderId::Microsoft,
        }
    }

    /// The scope that gives access to mail.
    pub(super) const fn mail_scope(self) -> &'static str {
        match self {
            Self::Gmail => GMAIL_READ_SCOPE,
            Self::Outlook => OUTLOOK_IMAP_SCOPE,
        }
    }
}

/// The purpose of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sign in or register.
    SignIn,
    /// Link the provider's account to this user.
    Link(UserId),
    /// Try the provider of an organization, which this user manages.
    Test(UserId),
    /// Connect this user's mailbox to the workspace of the flow's `next` page.
    ConnectMailbox(MailboxProvider, UserId),
    /// As `ConnectMailbox`, and the first sync is a preview.
    PreviewMailbox(MailboxProvider, UserId),
}

impl Purpose {
    fn mailbox_provider(self) -> Option<MailboxProvider> {
        match self {
            Self::ConnectMailbox(provider, _) | Self::PreviewMailbox(provider, _) => Some(provider),
            Self::SignIn | Self::Link(_) | Self::Test(_) => None,
        }
    }

    /// Whether flows with this provider can have this purpose: mailboxes are connected only at their own provider, and Microsoft
    /// is for mailboxes only.
    fn is_allowed_with(self, provider: ProviderId) -> bool {
        match self.mailbox_provider() {
            Some(mailbox) => mailbox.id() == provider,
            None => provider != ProviderId::Microsoft,
        }
    }
}

/// A started flow.
#[derive(Debug)]
pub struct AuthorizationRequest {
    /// The provider's authorization URL, to redirect the browser to.
    pub url: String,
    /// Display name of the provider.
    pub provider_name: String,
    /// Value of the cookie that binds the flow to the browser; valid for ten minutes.
    pub browser_secret: String,
}

/// Hashes that identify a flow in the database.
pub(super) struct FlowLookup {
    pub state_hash: Vec<u8>,
    pub browser_hash: Vec<u8>,
}

impl FlowLookup {
    pub fn new(state: &str, browser_secret: &str) -> Self {
        Self {
            state_hash: rng::sha256(state.as_bytes()),
            browser_hash: rng::sha256(browser_secret.as_bytes()),
        }
    }
}

/// Starts a flow. `browser_secret` is the cookie of an earlier flow, if any; `next` is the page to show afterwards.
///
/// # Errors
/// `not_found` for a provider that is not configured; `forbidden` to link an account to a demo; `rate_limited`; `provider_unavailable`
/// when discovery fails.
pub async fn start(
    services: &Services,
    provider: ProviderId,
    purpose: Purpose,
    next: Option<&Route>,
    browser_secret: Option<&str>,
    client: &ClientInfo,
) -> Result<AuthorizationRequest, Error> {
    let now = services.clock.now();
    if let Purpose::Link(user) = purpose {
        reject_demo(services, user).await?;
    }
    let providers = &services.providers;
    if !purpose.is_allowed_with(provider) {
        return Err(Error::not_found());
    }
    rate_limit::check_oauth_sign_in(services, client).await?;
    let oauth_client = find_client(services, provider)
        .await?
        .filter(|client| client.is_active || matches!(purpose, Purpose::Test(_)))
        .ok_or_else(Error::not_found)?;
    let endpoints = oauth_client
        .endpoints(&providers.http, now)
        .await
        .map_err(|error| ProviderError::from(error).into_api_error(oauth_client.name_for(purpose)))?;
    let state = rng::secret(services.rng.as_ref());
    let browser_secret = browser_secret
        .filter(|secret| is_secret(secret))
        .map_or_else(|| rng::secret(services.rng.as_ref()), str::to_owned);
    let flow = Flow {
        purpose,
        next: next.map(ToString::to_string),
    };
    let lookup = FlowLookup::new(&state, &browser_secret);
    let mut conn = services.db.global_conn().await?;
    queries::insert_flow(&mut conn, &lookup, provider, &flow, now + FLOW_TTL).await?;
    drop(conn);
    Ok(AuthorizationRequest {
        url: authorization_url(
            services,
            &oauth_client,
            endpoints.authorization.clone(),
            purpose,
            &state,
            &browser_secret,
        )?,
        provider_name: oauth_client.name.clone(),
        browser_secret,
    })
}

/// The client at a provider. `None` if it is not configured.
pub(super) async fn find_client(
    services: &Services,
    provider: ProviderId,
) -> Result<Option<Arc<OAuthClient>>, Error> {
    match provider {
        ProviderId::Installation(provider) => Ok(services.providers.find(provider).cloned()),
        ProviderId::Organization(tenant) => organization::find_client(services, tenant).await,
        ProviderId::Microsoft => Ok(services.providers.microsoft().cloned()),
    }
}

fn authorization_url(
    services: &Services,
    oauth_client: &OAuthClient,
    endpoint: url::Url,
    purpose: Purpose,
    state: &str,
    browser_secret: &str,
) -> Result<String, Error> {
    let provider = oauth_client.provider;
    let redirect_url = RedirectUrl::new(services.providers.callback_url(oauth_client.id()))
        .map_err(|e| Error::Internal(e.to_string()))?;
    let verifier = PkceCodeVerifier::new(derive_secret(services, "verifier", state, browser_secret));
    let client = OAuth2Client::new(ClientId::new(oauth_client.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(endpoint))
        .set_redirect_uri(redirect_url);
    let mut request = client
        .authorize_url(|| CsrfToken::new(state.to_owned()))
        .add_scopes(
            scopes(provider, purpose)
                .iter()
                .map(|scope| Scope::new((*scope).to_owned())),
        )
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    let mailbox = purpose.mailbox_provider();
    if mailbox == Some(MailboxProvider::Gmail) {
        // Syncing in the background needs a refresh token, which Google issues only with these parameters. Scopes that
        // were granted for sign-in are deliberately not included: these tokens give access to mail and nothing else.
        request = request
            .add_extra_param("access_type", "offline")
            .add_extra_param("prompt", "consent");
    } else if provider != Provider::Github {
        request = request.add_extra_param("nonce", derive_secret(services, "nonce", state, browser_secret));
    }
    if mailbox == Some(MailboxProvider::Outlook) {
        // Otherwise Microsoft uses the account that is already signed in there, even if the user wants to connect another mailbox.
        request = request.add_extra_param("prompt", "select_account");
    }
    let (url, _) = request.url();
    Ok(url.into())
}

/// The minimum that identifies a user. Mail access is requested only when a mailbox is connected.
fn scopes(provider: Provider, purpose: Purpose) -> &'static [&'static str] {
    match purpose.mailbox_provider() {
        Some(MailboxProvider::Gmail) => return &[GMAIL_READ_SCOPE],
        // The ID token names the address of the mailbox; without `profile` it lacks the user name.
        Some(MailboxProvider::Outlook) => {
            return &[OUTLOOK_IMAP_SCOPE, "offline_access", "openid", "email", "profile"];
        }
        None => {}
    }
    match provider {
        Provider::Google | Provider::Linkedin | Provider::Oidc => &["openid", "email", "profile"],
        Provider::Github => &["read:user", "user:email"],
    }
}

/// Derives a 256-bit secret of the flow with the installation's key.
pub(super) fn derive_secret(services: &Services, name: &str, state: &str, browser_secret: &str) -> String {
    let purpose = format!("sign-in {name}");
    let mac = services
        .keys
        .hmac(&purpose, format!("{state}.{browser_secret}").as_bytes());
    URL_SAFE_NO_PAD.encode(mac)
}

/// Whether the text has the format of [`rng::secret`].
pub(super) fn is_secret(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microsoft_is_only_for_its_mailboxes() {
        let user = UserId(uuid::Uuid::from_u128(7));
        let outlook = Purpose::ConnectMailbox(MailboxProvider::Outlook, user);
        let gmail = Purpose::PreviewMailbox(MailboxProvider::Gmail, user);
        for purpose in [Purpose::SignIn, Purpose::Link(user), Purpose::Test(user), gmail] {
            assert!(!purpose.is_allowed_with(ProviderId::Microsoft), "{purpose:?}");
            assert!(purpose.is_allowed_with(Provider::Google.into()), "{purpose:?}");
        }
        assert!(outlook.is_allowed_with(ProviderId::Microsoft));
        for provider in [Provider::Google, Provider::Linkedin, Provider::Oidc] {
            assert!(!outlook.is_allowed_with(provider.into()), "{provider:?}");
        }
        assert!(!gmail.is_allowed_with(Provider::Linkedin.into()));
    }
}
