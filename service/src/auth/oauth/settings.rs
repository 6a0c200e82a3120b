//! The operator's configuration of providers.

use crate::Error;
use secrecy::SecretString;
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

impl ClientSettings {
    /// The parsed base URL.
    pub(super) fn base_url(&self) -> Result<Option<Url>, Error> {
        self.base_url
            .as_deref()
            .map(|text| parse_url("the base URL of a provider", text))
            .transpose()
    }
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
    /// Microsoft, for mailboxes only.
    pub microsoft: Option<ClientSettings>,
    /// Replaces host and port of the IMAP server of Microsoft; for tests.
    pub outlook_imap_server: Option<(String, u16)>,
    /// Replaces the base URL of the Gmail API; for tests.
    pub gmail_base_url: Option<String>,
    /// Whether providers of organizations may be in private networks, and without TLS.
    pub allow_private_organization_providers: bool,
}

/// Parses a URL from the configuration: https, or http on the loopback interface.
pub(super) fn parse_url(setting: &str, text: &str) -> Result<Url, Error> {
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
