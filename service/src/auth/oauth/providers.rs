//! The configured providers and this installation's OAuth client at each of them.

use super::{
    Purpose,
    endpoints::{self, Endpoints},
    oidc::{discovery::Discovery, jwks::Jwks},
    provider_id::ProviderId,
};
use crate::{
    Error,
    platform::http_client::{Endpoint, FetchError, HttpClient, MAX_BODY_BYTES},
};
use chrono::{DateTime, Utc};
use domain::{
    ApiError, FieldCode, TenantId,
    auth::{AvailableProvider, Provider},
};
use secrecy::SecretString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use url::{Host, Url};

/// Credentials of the OAuth client at a built-in provider.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// OAuth client ID.
    pub id: String,
    /// OAuth client secret.
    pub secret: SecretString,
    /// Replaces the provider's hosts; for tests.
    pub base_url: Option<String>,
}

/// Credentials of the OAuth client at the operator's OpenID Connect provider.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// Issuer URL, exactly as in the provider's metadata.
    pub issuer: String,
    /// OAuth client ID.
    pub id: String,
    /// OAuth client secret.
    pub secret: SecretString,
    /// Display name; the issuer's host by default.
    pub name: Option<String>,
}

/// Configuration of all providers; those that are `None` are not offered.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Base URL of the callback URLs, without a trailing slash.
    pub public_url: String,
    /// Google.
    pub google: Option<ClientSettings>,
    /// LinkedIn.
    pub linkedin: Option<ClientSettings>,
    /// GitHub.
    pub github: Option<ClientSettings>,
    /// The operator's OpenID Connect provider.
    pub oidc: Option<OidcSettings>,
    /// Replaces the base URL of the Gmail API; for tests.
    pub gmail_base_url: Option<String>,
    /// Whether providers of organizations may be in private networks, and without TLS.
    pub allow_private_organization_providers: bool,
}

/// The configured providers and the HTTP client for requests to them.
pub struct Providers {
    pub(crate) http: HttpClient,
    pub(crate) gmail_api: Endpoint,
    public_url: String,
    oauth_clients: Vec<Arc<OAuthClient>>,
    allow_private_issuers: bool,
    /// The clients of organizations that were used, so that metadata and keys of their providers are fetched once.
    organization_clients: Mutex<HashMap<TenantId, Arc<OAuthClient>>>,
}

/// An organization's client at its own provider, as stored.
pub(super) struct OrganizationClient {
    pub tenant: TenantId,
    /// Name of the organization.
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretString,
    /// When the settings were last changed.
    pub version: DateTime<Utc>,
    /// Whether a test sign-in has succeeded.
    pub is_active: bool,
}

/// This installation's OAuth client at one provider.
pub(crate) struct OAuthClient {
    pub provider: Provider,
    /// Display name of the provider.
    pub name: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub jwks: Jwks,
    /// The organization whose provider this is.
    pub organization: Option<TenantId>,
    /// Whether people can sign in with it.
    pub is_active: bool,
    /// When the settings of an organization were last changed.
    pub version: DateTime<Utc>,
    key: String,
    endpoint_source: EndpointSource,
}

enum EndpointSource {
    Static(Arc<Endpoints>),
    Discovered(Discovery),
}

impl OAuthClient {
    fn built_in(provider: Provider, settings: &ClientSettings) -> Result<Self, Error> {
        let base = settings
            .base_url
            .as_deref()
            .map(|text| parse_url("the base URL of a provider", text))
            .transpose()?;
        let endpoints = endpoints::built_in(provider, base.as_ref(), &settings.id)?;
        Ok(Self {
            provider,
            name: provider.name().to_owned(),
            client_id: settings.id.clone(),
            client_secret: settings.secret.clone(),
            jwks: Jwks::default(),
            organization: None,
            is_active: true,
            version: DateTime::UNIX_EPOCH,
            key: provider.as_str().to_owned(),
            endpoint_source: EndpointSource::Static(Arc::new(endpoints)),
        })
    }

    fn oidc(settings: &OidcSettings) -> Result<Self, Error> {
        let issuer = parse_url("JOBHAX_OIDC_ISSUER", &settings.issuer)?;
        Ok(Self {
            provider: Provider::Oidc,
            name: settings
                .name
                .clone()
                .unwrap_or_else(|| issuer.host_str().unwrap_or_default().to_owned()),
            client_id: settings.id.clone(),
            client_secret: settings.secret.clone(),
            jwks: Jwks::default(),
            organization: None,
            is_active: true,
            version: DateTime::UNIX_EPOCH,
            // If the operator configures another issuer later, subjects of the old one must not match users of the new one.
            key: settings.issuer.clone(),
            endpoint_source: EndpointSource::Discovered(Discovery::new(
                settings.issuer.clone(),
                Endpoint::trusted(issuer),
            )),
        })
    }

    fn of_organization(client: OrganizationClient, endpoint: Endpoint) -> Self {
        let id = ProviderId::Organization(client.tenant);
        Self {
            provider: Provider::Oidc,
            name: client.name,
            client_id: client.client_id,
            client_secret: client.client_secret,
            jwks: Jwks::default(),
            organization: Some(client.tenant),
            is_active: client.is_active,
            version: client.version,
            // Organizations may name any issuer, so their identities never match those of other providers.
            key: format!("{id} {}", client.issuer),
            endpoint_source: EndpointSource::Discovered(Discovery::new(client.issuer, endpoint)),
        }
    }

    /// The value of `identities.provider`: the provider's name; for OpenID Connect the issuer, after the organization if it is the
    /// provider of one.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What messages call the provider: its address while an organization tests its own one, otherwise its display name.
    pub fn name_for(&self, purpose: Purpose) -> &str {
        let issuer = self.key.split_once(' ').map(|(_, issuer)| issuer);
        match (purpose, issuer) {
            (Purpose::Test(_), Some(issuer)) if self.organization.is_some() => issuer,
            _ => &self.name,
        }
    }

    pub fn id(&self) -> ProviderId {
        self.organization
            .map_or(ProviderId::Installation(self.provider), ProviderId::Organization)
    }

    pub async fn endpoints(
        &self,
        http: &HttpClient,
        now: DateTime<Utc>,
    ) -> Result<Arc<Endpoints>, FetchError> {
        match &self.endpoint_source {
            EndpointSource::Static(endpoints) => Ok(endpoints.clone()),
            EndpointSource::Discovered(discovery) => discovery.endpoints(http, now).await,
        }
    }
}

impl Providers {
    /// Whether each configured provider responds: with its metadata if it has any, else with any response of its token endpoint.
    pub async fn check(&self, now: DateTime<Utc>) -> Vec<(String, Result<(), String>)> {
        let checks = self.oauth_clients.iter().map(|oauth_client| async move {
            let result = async {
                let endpoints = oauth_client.endpoints(&self.http, now).await?;
                let request = self.http.get(&endpoints.token);
                self.http.send(request, MAX_BODY_BYTES).await
            };
            let result = match result.await {
                Ok(_) | Err(FetchError::BodyTooLarge(_)) => Ok(()),
                Err(error) => Err(error.to_string()),
            };
            (oauth_client.name.clone(), result)
        });
        futures_util::future::join_all(checks).await
    }

    /// No provider is configured.
    ///
    /// # Errors
    /// [`Error::Internal`] when the HTTP client cannot be built.
    pub fn none() -> Result<Self, Error> {
        Self::new(&Settings::default())
    }

    /// Validates the settings. Sends no request.
    ///
    /// # Errors
    /// [`Error::Internal`] with a message for the operator when a URL is not allowed.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let built_in = [
            (Provider::Google, &settings.google),
            (Provider::Linkedin, &settings.linkedin),
            (Provider::Github, &settings.github),
        ];
        let mut oauth_clients = Vec::new();
        for (provider, client) in built_in {
            if let Some(client) = client {
                oauth_clients.push(Arc::new(OAuthClient::built_in(provider, client)?));
            }
        }
        if let Some(oidc) = &settings.oidc {
            oauth_clients.push(Arc::new(OAuthClient::oidc(oidc)?));
        }
        let gmail_api = settings
            .gmail_base_url
            .as_deref()
            .unwrap_or("https://gmail.googleapis.com");
        Ok(Self {
            http: HttpClient::new()?,
            gmail_api: Endpoint::trusted(parse_url("JOBHAX_GMAIL_BASE_URL", gmail_api)?),
            public_url: settings.public_url.clone(),
            oauth_clients,
            allow_private_issuers: settings.allow_private_organization_providers,
            organization_clients: Mutex::default(),
        })
    }

    /// The providers that users can sign in with.
    pub fn available(&self) -> Vec<AvailableProvider> {
        self.oauth_clients
            .iter()
            .map(|client| AvailableProvider {
                provider: client.provider,
                name: client.name.clone(),
                tenant_id: None,
            })
            .collect()
    }

    pub(crate) fn find(&self, provider: Provider) -> Option<&Arc<OAuthClient>> {
        self.oauth_clients
            .iter()
            .find(|client| client.provider == provider)
    }

    /// The client of an organization; the one that was used before, unless the settings have changed since.
    ///
    /// # Errors
    /// `invalid` for an issuer that must not be called.
    pub(super) fn organization_client(&self, client: OrganizationClient) -> Result<Arc<OAuthClient>, Error> {
        let mut known = self
            .organization_clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&client.tenant)
            && known.version == client.version
            && known.is_active == client.is_active
            && known.name == client.name
        {
            return Ok(known.clone());
        }
        let endpoint = self.issuer_endpoint(&client.issuer)?;
        let tenant = client.tenant;
        let client = Arc::new(OAuthClient::of_organization(client, endpoint));
        known.insert(tenant, client.clone());
        Ok(client)
    }

    /// The address of an issuer that an organization has named.
    ///
    /// # Errors
    /// `invalid` if it must not be called.
    pub(crate) fn issuer_endpoint(&self, issuer: &str) -> Result<Endpoint, Error> {
        let invalid = || {
            Error::from(ApiError::field(
                "issuer",
                FieldCode::NotAllowed,
                "Enter the https address of the provider, as its metadata names it. It must be public.",
            ))
        };
        let url = Url::parse(issuer).map_err(|_| invalid())?;
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(invalid());
        }
        if self.allow_private_issuers {
            return Ok(Endpoint::trusted(url));
        }
        Endpoint::public(&url).map_err(|_| invalid())
    }

    /// Finds the client whose identities are stored under this key, see [`OAuthClient::key`].
    pub(crate) fn find_by_key(&self, key: &str) -> Option<&OAuthClient> {
        let mut clients = self.oauth_clients.iter();
        clients.find(|client| client.key() == key).map(AsRef::as_ref)
    }

    /// The redirect URI. Each provider has its own, against mix-up attacks (RFC 9700 §4.4).
    pub(crate) fn callback_url(&self, provider: ProviderId) -> String {
        format!("{}/auth/{provider}/callback", self.public_url)
    }
}

/// Parses a URL from the configuration: https, or http on the loopback interface.
fn parse_url(setting: &str, text: &str) -> Result<Url, Error> {
    let invalid = || {
        Error::Internal(format!(
            "{setting} is not a valid URL: use https (http only for localhost), without user, query or fragment"
        ))
    };
    let url = Url::parse(text).map_err(|_| invalid())?;
    let is_loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let is_secure = url.scheme() == "https" || url.scheme() == "http" && is_loopback;
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if is_secure && is_plain {
        Ok(url)
    } else {
        Err(invalid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configured_urls_must_be_https_or_loopback() {
        for valid in [
            "https://id.example.org",
            "https://10.0.0.5:8443/realms/x",
            "http://127.0.0.1:9000",
            "http://[::1]:9000",
            "http://localhost:1",
        ] {
            assert!(parse_url("x", valid).is_ok(), "{valid}");
        }
        for invalid in [
            "http://id.example.org",
            "http://10.0.0.5",
            "ftp://127.0.0.1",
            "https://a:b@id.example.org",
            "https://id.example.org?x=1",
            "id.example.org",
            "",
        ] {
            assert!(parse_url("x", invalid).is_err(), "{invalid}");
        }
    }
}
