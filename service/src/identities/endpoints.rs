//! Addresses of the well-known providers.

use crate::{Error, outbound::Endpoint};
use domain::identities::Provider;
use url::Url;

/// Where a provider is asked for what.
#[derive(Debug)]
pub(crate) struct Endpoints {
    /// What its ID tokens name as their issuer.
    pub issuers: Vec<String>,
    /// Whether its answers to browsers must name the issuer (RFC 9207).
    pub names_issuer: bool,
    /// Where browsers go.
    pub authorize: Url,
    /// Where codes become tokens.
    pub token: Endpoint,
    /// Whether the client's secret travels in the body instead of the header.
    pub secret_in_body: bool,
    /// The keys of its ID tokens.
    pub jwks: Option<Endpoint>,
    /// What it says of the person.
    pub userinfo: Option<Endpoint>,
    /// Where to ask whose and for whom an access token is.
    pub inspect: Option<Endpoint>,
    /// Where grants are given back.
    pub revoke: Option<Endpoint>,
}

/// The endpoints of a well-known provider; with `base`, all below that one address.
pub(super) fn known(provider: Provider, base: Option<&Url>, client_id: &str) -> Result<Endpoints, Error> {
    let at = |host: &str, path: &[&str]| -> Result<Endpoint, Error> {
        let root = match base {
            Some(base) => base.clone(),
            None => Url::parse(&format!("https://{host}")).map_err(|e| Error::Internal(e.to_string()))?,
        };
        Ok(Endpoint::chosen(root).below(path))
    };
    match provider {
        Provider::Google => Ok(Endpoints {
            issuers: vec!["https://accounts.google.com".into(), "accounts.google.com".into()],
            names_issuer: false,
            authorize: at("accounts.google.com", &["o", "oauth2", "v2", "auth"])?
                .url()
                .clone(),
            token: at("oauth2.googleapis.com", &["token"])?,
            secret_in_body: true,
            jwks: Some(at("www.googleapis.com", &["oauth2", "v3", "certs"])?),
            userinfo: Some(at("openidconnect.googleapis.com", &["v1", "userinfo"])?),
            inspect: Some(at("oauth2.googleapis.com", &["tokeninfo"])?),
            revoke: Some(at("oauth2.googleapis.com", &["revoke"])?),
        }),
        Provider::Linkedin => Ok(Endpoints {
            issuers: vec!["https://www.linkedin.com/oauth".into()],
            names_issuer: false,
            authorize: at("www.linkedin.com", &["oauth", "v2", "authorization"])?
                .url()
                .clone(),
            token: at("www.linkedin.com", &["oauth", "v2", "accessToken"])?,
            secret_in_body: true,
            jwks: Some(at("www.linkedin.com", &["oauth", "openid", "jwks"])?),
            userinfo: Some(at("api.linkedin.com", &["v2", "userinfo"])?),
            inspect: Some(at("www.linkedin.com", &["oauth", "v2", "introspectToken"])?),
            // LinkedIn documents no way to give a grant back, and its discovery document names none. Its tokens run out after
            // sixty days; before that the member ends them in the settings there.
            revoke: None,
        }),
        Provider::Github => Ok(Endpoints {
            issuers: Vec::new(),
            names_issuer: false,
            authorize: at("github.com", &["login", "oauth", "authorize"])?.url().clone(),
            token: at("github.com", &["login", "oauth", "access_token"])?,
            secret_in_body: true,
            jwks: None,
            userinfo: Some(at("api.github.com", &["user"])?),
            inspect: Some(at("api.github.com", &["applications", client_id, "token"])?),
            revoke: Some(at("api.github.com", &["applications", client_id, "grant"])?),
        }),
        Provider::Oidc => Err(Error::Internal("a chosen provider is found by discovery".into())),
    }
}
