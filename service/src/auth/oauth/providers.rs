//! The configured providers and this installation's OAuth client at each of them.

use super::{
    Purpose,
    endpoints::{self, Endpoints},
    oidc::{discovery::Discovery, jwks::Jwks},
    provider_id::ProviderId,
    settings::{ClientSettings, OidcSettings, Settings, parse_url},
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
use url::Url;

/// The configured providers and the HTTP client for requests to them.
pub struct Providers {
    pub(crate) http: HttpClient,
    pub(crate) gmail_api: Endpoint,
    public_url: String,
    oauth_clients: Vec<Arc<OAuthClient>>,
    /// Microsoft's client. Kept apart from the other clients, so that no one can sign in with it.
    microsoft: Option<Arc<OAuthClient>>,
    outlook_imap_server: (String, u16),
    allow_private_issuers: bool,
    /// Clients of organizations, cached so that the metadata and keys of their providers are fetched only once.
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
    /// Whether people can sign in with it.
    pub is_active: bool,
    /// When the settings of an organization were last changed.
    pub version: DateTime<Utc>,
    id: ProviderId,
    key: String,
    endpoint_source: EndpointSource,
}

enum EndpointSource {
    Static(Arc<Endpoints>),
    Discovered(Discovery),
}

impl OAuthClient {
    fn built_in(provider: Provider, settings: &ClientSettings) -> Result<Self, Error> {
        let endpoints = endpoints::built_in(provider, settings.base_url()?.as_ref(), &settings.id)?;
        Ok(Self::at(
            provider,
            provider.into(),
            provider.name(),
            settings,
            endpoints,
        ))
    }

    fn microsoft(settings: &ClientSettings) -> Result<Self, Error> {
        let endpoints = endpoints::microsoft(settings.base_url()?.as_ref())?;
        let id = ProviderId::Microsoft;
        Ok(Self::at(Provider::Oidc, id, "Microsoft", settings, endpoints))
    }

    /// The client at a provider whose endpoints are known.
    fn at(
        provider: Provider,
        id: ProviderId,
        name: &str,
        settings: &ClientSettings,
        endpoints: Endpoints,
    ) -> Self {
        Self {
            provider,
            name: name.to_owned(),
            client_id: settings.id.clone(),
            client_secret: settings.secret.clone(),
            jwks: Jwks::default(),
            is_active: true,
            version: DateTime::UNIX_EPOCH,
            id,
            key: id.to_string(),
            endpoint_source: EndpointSource::Static(Arc::new(endpoints)),
        }
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
            is_active: true,
            version: DateTime::UNIX_EPOCH,
            id: Provider::Oidc.into(),
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
            is_active: client.is_active,
            version: client.version,
            id,
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

    /// The organization whose provider this is.
    pub fn organization(&self) -> Option<TenantId> {
        match self.id {
            ProviderId::Organization(tenant) => Some(tenant),
            ProviderId::Installation(_) | ProviderId::Microsoft => None,
        }
    }

    /// The name of the provider in messages: its address during a test by its organization, otherwise its display name.
    pub fn name_for(&self, purpose: Purpose) -> &str {
        match (purpose, self.id, &self.endpoint_source) {
            (Purpose::Test(_), ProviderId::Organization(_), EndpointSource::Discovered(discovery)) => {
                discovery.issuer()
            }
            _ => &self.name,
        }
    }

    pub fn id(&self) -> ProviderId {
        self.id
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
        let checks = self
            .oauth_clients
            .iter()
            .chain(&self.microsoft)
            .map(|oauth_client| async move {
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

    /// A configuration without providers.
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
            microsoft: settings
                .microsoft
                .as_ref()
                .map(|client| OAuthClient::microsoft(client).map(Arc::new))
                .transpose()?,
            outlook_imap_server: settings
                .outlook_imap_server
                .clone()
                .unwrap_or_else(|| ("outlook.office365.com".to_owned(), 993)),
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

    /// Whether mailboxes of Outlook.com and Microsoft 365 can be connected with OAuth.
    pub fn offers_outlook(&self) -> bool {
        self.microsoft.is_some()
    }

    pub(crate) fn microsoft(&self) -> Option<&Arc<OAuthClient>> {
        self.microsoft.as_ref()
    }

    /// Host and port of the IMAP server of Microsoft.
    pub(crate) fn outlook_imap_server(&self) -> (&str, u16) {
        (&self.outlook_imap_server.0, self.outlook_imap_server.1)
    }

    pub(crate) fn find(&self, provider: Provider) -> Option<&Arc<OAuthClient>> {
        self.oauth_clients
            .iter()
            .find(|client| client.provider == provider)
    }

    /// The client of an organization. Reuses the cached client, unless the settings have changed since.
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
