//! Sign-in providers, Gmail and Outlook.

use super::ConfigError;
use clap::Args;
use secrecy::SecretString;
use service::auth::oauth::{self, ClientSettings, OidcSettings};

/// OAuth clients. A provider is offered when its client id and secret are set.
#[derive(Debug, Args)]
pub struct OAuth {
    /// OAuth client for sign-in with Google and for Gmail; offered when id and secret are set
    #[arg(long, env = "JOBHAX_GOOGLE_CLIENT_ID")]
    pub google_client_id: Option<String>,
    /// Secret of the Google client
    #[arg(long, env = "JOBHAX_GOOGLE_CLIENT_SECRET", hide_env_values = true)]
    pub google_client_secret: Option<SecretString>,
    /// OAuth client for sign-in with LinkedIn
    #[arg(long, env = "JOBHAX_LINKEDIN_CLIENT_ID")]
    pub linkedin_client_id: Option<String>,
    /// Secret of the LinkedIn client
    #[arg(long, env = "JOBHAX_LINKEDIN_CLIENT_SECRET", hide_env_values = true)]
    pub linkedin_client_secret: Option<SecretString>,
    /// OAuth client for sign-in with GitHub
    #[arg(long, env = "JOBHAX_GITHUB_CLIENT_ID")]
    pub github_client_id: Option<String>,
    /// Secret of the GitHub client
    #[arg(long, env = "JOBHAX_GITHUB_CLIENT_SECRET", hide_env_values = true)]
    pub github_client_secret: Option<SecretString>,
    /// OAuth client for mailboxes of Outlook.com and Microsoft 365; not for sign-in
    #[arg(long, env = "JOBHAX_MICROSOFT_CLIENT_ID")]
    pub microsoft_client_id: Option<String>,
    /// Secret of the Microsoft client
    #[arg(long, env = "JOBHAX_MICROSOFT_CLIENT_SECRET", hide_env_values = true)]
    pub microsoft_client_secret: Option<SecretString>,
    /// Base URL of a mock Google, for tests
    #[arg(long, env = "JOBHAX_GOOGLE_BASE_URL")]
    pub google_base_url: Option<String>,
    /// Base URL of a mock LinkedIn, for tests
    #[arg(long, env = "JOBHAX_LINKEDIN_BASE_URL")]
    pub linkedin_base_url: Option<String>,
    /// Base URL of a mock GitHub, for tests
    #[arg(long, env = "JOBHAX_GITHUB_BASE_URL")]
    pub github_base_url: Option<String>,
    /// Base URL of a mock Microsoft, for tests
    #[arg(long, env = "JOBHAX_MICROSOFT_BASE_URL")]
    pub microsoft_base_url: Option<String>,
    /// Host and port of a mock of Microsoft's IMAP server, for tests, such as 127.0.0.1:993
    #[arg(long, env = "JOBHAX_OUTLOOK_IMAP_SERVER", value_parser = host_and_port)]
    pub outlook_imap_server: Option<(String, u16)>,
    /// Base URL of a mock Gmail API, for tests
    #[arg(long, env = "JOBHAX_GMAIL_BASE_URL")]
    pub gmail_base_url: Option<String>,
    /// Issuer URL of any OpenID Connect provider with discovery
    #[arg(long, env = "JOBHAX_OIDC_ISSUER")]
    pub oidc_issuer: Option<String>,
    /// Client id at that provider
    #[arg(long, env = "JOBHAX_OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,
    /// Client secret at that provider
    #[arg(long, env = "JOBHAX_OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<SecretString>,
    /// Name of that provider on the sign-in page
    #[arg(long, env = "JOBHAX_OIDC_NAME")]
    pub oidc_name: Option<String>,
    /// Let organizations use OpenID Connect providers in private networks and without TLS
    #[arg(long, env = "JOBHAX_ALLOW_PRIVATE_PROVIDERS")]
    pub allow_private_providers: bool,
}

impl OAuth {
    /// The settings of the configured providers. Their redirect URIs are below `public_url`.
    ///
    /// # Errors
    /// [`ConfigError`] names a setting that requires another one.
    pub fn settings(&self, public_url: String) -> Result<oauth::Settings, ConfigError> {
        let client = |name: &'static str,
                      id: &Option<String>,
                      secret: &Option<SecretString>,
                      base: &Option<String>| {
            let base_url = base.clone();
            id_and_secret(name, id.as_ref(), secret.as_ref())
                .map(|pair| pair.map(|(id, secret)| ClientSettings { id, secret, base_url }))
        };
        let oidc = id_and_secret(
            "JOBHAX_OIDC_CLIENT_ID",
            self.oidc_client_id.as_ref(),
            self.oidc_client_secret.as_ref(),
        )?;
        let oidc = match (&self.oidc_issuer, oidc) {
            (Some(issuer), Some((id, secret))) => Some(OidcSettings {
                issuer: issuer.clone(),
                id,
                secret,
                name: self.oidc_name.clone(),
            }),
            (None, None) => None,
            _ => {
                return Err(ConfigError {
                    name: "JOBHAX_OIDC_ISSUER",
                    detail: "set it together with JOBHAX_OIDC_CLIENT_ID and JOBHAX_OIDC_CLIENT_SECRET".into(),
                });
            }
        };
        Ok(oauth::Settings {
            public_url,
            google: client(
                "JOBHAX_GOOGLE_CLIENT_ID",
                &self.google_client_id,
                &self.google_client_secret,
                &self.google_base_url,
            )?,
            linkedin: client(
                "JOBHAX_LINKEDIN_CLIENT_ID",
                &self.linkedin_client_id,
                &self.linkedin_client_secret,
                &self.linkedin_base_url,
            )?,
            github: client(
                "JOBHAX_GITHUB_CLIENT_ID",
                &self.github_client_id,
                &self.github_client_secret,
                &self.github_base_url,
            )?,
            oidc,
            microsoft: client(
                "JOBHAX_MICROSOFT_CLIENT_ID",
                &self.microsoft_client_id,
                &self.microsoft_client_secret,
                &self.microsoft_base_url,
            )?,
            outlook_imap_server: self.outlook_imap_server.clone(),
            gmail_base_url: self.gmail_base_url.clone(),
            allow_private_organization_providers: self.allow_private_providers,
        })
    }
}

fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let (host, port) = text.rsplit_once(':').ok_or("write host:port")?;
    let port = port.parse().map_err(|_| "the port is not valid")?;
    Ok((host.to_owned(), port))
}

/// Returns id and secret if both are set, and an error if only one is.
fn id_and_secret(
    name: &'static str,
    id: Option<&String>,
    secret: Option<&SecretString>,
) -> Result<Option<(String, SecretString)>, ConfigError> {
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some((id.clone(), secret.clone()))),
        (None, None) => Ok(None),
        _ => Err(ConfigError {
            name,
            detail: "set both client id and client secret, or neither".into(),
        }),
    }
}
