//! The configured providers and this installation's OAuth client at each of them.

use super::{
    endpoints::{self, Endpoints},
    oidc::{discovery::Discovery, jwks::Jwks},
};
use crate::{
    Error,
    platform::http_client::{Endpoint, FetchError, HttpClient, MAX_BODY_BYTES},
};
use chrono::{DateTime, Utc};
use domain::auth::{AvailableProvider, Provider};
use secrecy::SecretString;
use std::sync::Arc;
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
}

/// The configured providers and the HTTP client for requests to them.
pub struct Providers {
    pub(crate) http: HttpClient,
    pub(crate) gmail_api: Endpoint,
    public_url: String,
    oauth_clients: Vec<OAuthClient>,
}

/// This installation's OAuth client at one provider.
pub(crate) struct OAuthClient {
    pub provider: Provider,
    /// Display name of the provider.
    pub name: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub jwks: Jwks,
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
            endpoint_source: EndpointSource::Discovered(Discovery::new(settings.issuer.clone(), issuer)),
        })
    }

    /// The value of `identities.provider`: the provider's name or, for OpenID Connect, the issuer. If the operator
    /// configures another issuer later, subjects of the old one must not match users of the new one.
    pub fn key(&self) -> &str {
        match &self.endpoint_source {
            EndpointSource::Static(_) => self.provider.as_str(),
            EndpointSource::Discovered(discovery) => discovery.issuer(),
        }
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
                oauth_clients.push(OAuthClient::built_in(provider, client)?);
            }
        }
        if let Some(oidc) = &settings.oidc {
            oauth_clients.push(OAuthClient::oidc(oidc)?);
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
        })
    }

    /// The providers that users can sign in with.
    pub fn available(&self) -> Vec<AvailableProvider> {
        self.oauth_clients
            .iter()
            .map(|client| AvailableProvider {
                provider: client.provider,
                name: client.name.clone(),
            })
            .collect()
    }

    pub(crate) fn find(&self, provider: Provider) -> Option<&OAuthClient> {
        self.oauth_clients
            .iter()
            .find(|client| client.provider == provider)
    }

    /// Finds the client whose identities are stored under this key, see [`OAuthClient::key`].
    pub(crate) fn find_by_key(&self, key: &str) -> Option<&OAuthClient> {
        self.oauth_clients.iter().find(|client| client.key() == key)
    }

    /// The redirect URI. Each provider has its own, against mix-up attacks (RFC 9700 §4.4).
    pub(super) fn callback_url(&self, provider: Provider) -> String {
        format!("{}/auth/{}/callback", self.public_url, provider.as_str())
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
