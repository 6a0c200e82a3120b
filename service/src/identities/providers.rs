//! Which providers there are, and how we are registered with them.

use super::{
    discovery::Discovery,
    endpoints::{self, Endpoints},
    jwks::Jwks,
};
use crate::{
    Error,
    outbound::{Away, Endpoint, Outbound},
};
use chrono::{DateTime, Utc};
use domain::identities::{Offer, Provider};
use secrecy::SecretString;
use std::sync::Arc;
use url::{Host, Url};

/// Our registration with one of the well-known providers.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Our id there.
    pub id: String,
    /// The secret that goes with it.
    pub secret: SecretString,
    /// Another address than the real one.
    pub base_url: Option<String>,
}

/// Our registration with a provider that is found by discovery.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// Its address, exactly as its own metadata names it.
    pub issuer: String,
    /// Our id there.
    pub id: String,
    /// The secret that goes with it.
    pub secret: SecretString,
    /// What it is called on pages.
    pub name: Option<String>,
}

/// All registrations.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The address that providers send browsers back to, without a slash at its end.
    pub public_url: String,
    /// Google.
    pub google: Option<ClientSettings>,
    /// LinkedIn.
    pub linkedin: Option<ClientSettings>,
    /// GitHub.
    pub github: Option<ClientSettings>,
    /// The operator's own.
    pub oidc: Option<OidcSettings>,
    /// Another address for Gmail than the real one.
    pub gmail_base_url: Option<String>,
}

/// The providers that are configured, and the way out to them.
pub struct Providers {
    pub(crate) outbound: Outbound,
    pub(crate) gmail: Endpoint,
    public_url: String,
    registered: Vec<Registered>,
}

/// A provider with which we are registered.
pub(crate) struct Registered {
    pub provider: Provider,
    pub name: String,
    pub client_id: String,
    pub client_secret: SecretString,
    pub jwks: Jwks,
    source: Source,
}

enum Source {
    Known(Arc<Endpoints>),
    Issuer(Discovery),
}

impl Registered {
    fn known(provider: Provider, client: &ClientSettings) -> Result<Self, Error> {
        let base = client
            .base_url
            .as_deref()
            .map(|text| address("the base URL of a provider", text))
            .transpose()?;
        Ok(Self {
            provider,
            name: provider.name().to_owned(),
            client_id: client.id.clone(),
            client_secret: client.secret.clone(),
            jwks: Jwks::default(),
            source: Source::Known(Arc::new(endpoints::known(provider, base.as_ref(), &client.id)?)),
        })
    }

    fn discovered(oidc: &OidcSettings) -> Result<Self, Error> {
        let issuer = address("JOBHAX_OIDC_ISSUER", &oidc.issuer)?;
        Ok(Self {
            provider: Provider::Oidc,
            name: oidc
                .name
                .clone()
                .unwrap_or_else(|| issuer.host_str().unwrap_or_default().to_owned()),
            client_id: oidc.id.clone(),
            client_secret: oidc.secret.clone(),
            jwks: Jwks::default(),
            source: Source::Issuer(Discovery::new(oidc.issuer.clone(), issuer)),
        })
    }

    /// What identities of this provider are kept under. The operator may choose another issuer later, whose people are
    /// not those of the first.
    pub fn key(&self) -> &str {
        match &self.source {
            Source::Known(_) => self.provider.as_str(),
            Source::Issuer(discovery) => discovery.issuer(),
        }
    }

    pub async fn endpoints(&self, outbound: &Outbound, now: DateTime<Utc>) -> Result<Arc<Endpoints>, Away> {
        match &self.source {
            Source::Known(endpoints) => Ok(endpoints.clone()),
            Source::Issuer(discovery) => discovery.endpoints(outbound, now).await,
        }
    }
}

impl Providers {
    /// No provider at all.
    ///
    /// # Errors
    /// [`Error::Internal`] when there is no way out by HTTP.
    pub fn none() -> Result<Self, Error> {
        Self::new(&Settings::default())
    }

    /// Those that are configured. Nothing is called yet.
    ///
    /// # Errors
    /// [`Error::Internal`] with a sentence for the operator when an address is none that may be called.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let known = [
            (Provider::Google, &settings.google),
            (Provider::Linkedin, &settings.linkedin),
            (Provider::Github, &settings.github),
        ];
        let mut registered = Vec::new();
        for (provider, client) in known {
            if let Some(client) = client {
                registered.push(Registered::known(provider, client)?);
            }
        }
        if let Some(oidc) = &settings.oidc {
            registered.push(Registered::discovered(oidc)?);
        }
        let gmail = settings
            .gmail_base_url
            .as_deref()
            .unwrap_or("https://gmail.googleapis.com");
        Ok(Self {
            outbound: Outbound::new()?,
            gmail: Endpoint::chosen(address("JOBHAX_GMAIL_BASE_URL", gmail)?),
            public_url: settings.public_url.clone(),
            registered,
        })
    }

    /// Those that can be signed in with.
    pub fn offers(&self) -> Vec<Offer> {
        self.registered
            .iter()
            .map(|r| Offer {
                provider: r.provider,
                name: r.name.clone(),
            })
            .collect()
    }

    pub(crate) fn find(&self, provider: Provider) -> Option<&Registered> {
        self.registered.iter().find(|r| r.provider == provider)
    }

    /// The one that keeps its identities under this key.
    pub(crate) fn by_key(&self, key: &str) -> Option<&Registered> {
        self.registered.iter().find(|r| r.key() == key)
    }

    /// Where the provider sends browsers back to: an address for each, so that none can answer for another.
    pub(super) fn callback(&self, provider: Provider) -> String {
        format!("{}/auth/{}/callback", self.public_url, provider.as_str())
    }
}

/// An address of the operator's: https, or this very machine for tests.
fn address(setting: &str, text: &str) -> Result<Url, Error> {
    let wrong = || {
        Error::Internal(format!(
            "{setting} is not an address that may be called: use https (http only for this machine), without user, query or fragment"
        ))
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let safe = url.scheme() == "https" || url.scheme() == "http" && here;
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if safe && plain { Ok(url) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_operator_are_https_or_here() {
        for fine in [
            "https://id.example.org",
            "https://10.0.0.5:8443/realms/x",
            "http://127.0.0.1:9000",
            "http://[::1]:9000",
            "http://localhost:1",
        ] {
            assert!(address("x", fine).is_ok(), "{fine}");
        }
        for bad in [
            "http://id.example.org",
            "http://10.0.0.5",
            "ftp://127.0.0.1",
            "https://a:b@id.example.org",
            "https://id.example.org?x=1",
            "id.example.org",
            "",
        ] {
            assert!(address("x", bad).is_err(), "{bad}");
        }
    }
}
