//! Endpoint URLs of the built-in providers.

use crate::{Error, platform::http_client::Endpoint};
use domain::auth::Provider;
use url::Url;

/// The endpoints of one provider and how to talk to them.
#[derive(Debug)]
pub(crate) struct Endpoints {
    /// Accepted values of the `iss` claim.
    pub issuers: Vec<String>,
    /// Whether the issuer is Microsoft, which has one issuer for each of its tenants; the claim `tid` is the tenant.
    pub has_microsoft_issuers: bool,
    /// Whether authorization responses must carry `iss` (RFC 9207).
    pub iss_parameter_supported: bool,
    /// Authorization endpoint (RFC 6749 §3.1).
    pub authorization: Url,
    /// Token endpoint (RFC 6749 §3.2).
    pub token: Endpoint,
    /// How the client authenticates at the token and revocation endpoints.
    pub token_auth_method: TokenAuthMethod,
    /// JSON Web Key Set (RFC 7517) that signs ID tokens.
    pub jwks: Option<Endpoint>,
    /// Userinfo endpoint (OpenID Connect Core 1.0 §5.3), or the provider's equivalent.
    pub userinfo: Option<Endpoint>,
    /// Token introspection (RFC 7662), or the provider's equivalent.
    pub introspection: Option<Endpoint>,
    /// Token revocation (RFC 7009), or the provider's equivalent.
    pub revocation: Option<Endpoint>,
}

/// Client authentication methods of OpenID Connect Core 1.0 §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenAuthMethod {
    ClientSecretBasic,
    ClientSecretPost,
}

/// The endpoints of Microsoft for personal, work and school accounts. With `base`, all paths are resolved against that URL instead of
/// the real host. Microsoft has no revocation endpoint: users remove the access in their Microsoft account, and tokens expire.
pub(super) fn microsoft(base: Option<&Url>) -> Result<Endpoints, Error> {
    let at = |path: &[&str]| root("login.microsoftonline.com", base).map(|root| root.join(path));
    Ok(Endpoints {
        issuers: Vec::new(),
        has_microsoft_issuers: true,
        iss_parameter_supported: false,
        authorization: at(&["common", "oauth2", "v2.0", "authorize"])?.url().clone(),
        token: at(&["common", "oauth2", "v2.0", "token"])?,
        token_auth_method: TokenAuthMethod::ClientSecretPost,
        jwks: Some(at(&["common", "discovery", "v2.0", "keys"])?),
        userinfo: None,
        introspection: None,
        revocation: None,
    })
}

/// The host of a provider, or the URL that replaces it.
fn root(host: &str, base: Option<&Url>) -> Result<Endpoint, Error> {
    let root = match base {
        Some(base) => base.clone(),
        None => Url::parse(&format!("https://{host}")).map_err(|e| Error::Internal(e.to_string()))?,
    };
    Ok(Endpoint::trusted(root))
}

/// The endpoints of a built-in provider. With `base`, all paths are resolved against that URL instead of the real hosts.
pub(super) fn built_in(provider: Provider, base: Option<&Url>, client_id: &str) -> Result<Endpoints, Error> {
    let at = |host: &str, path: &[&str]| root(host, base).map(|root| root.join(path));
    match provider {
        Provider::Google => Ok(Endpoints {
            issuers: vec!["https://accounts.google.com".into(), "accounts.google.com".into()],
            has_microsoft_issuers: false,
            iss_parameter_supported: false,
            authorization: at("accounts.google.com", &["o", "oauth2", "v2", "auth"])?
                .url()
                .clone(),
            token: at("oauth2.googleapis.com", &["token"])?,
            token_auth_method: TokenAuthMethod::ClientSecretPost,
            jwks: Some(at("www.googleapis.com", &["oauth2", "v3", "certs"])?),
            userinfo: Some(at("openidconnect.googleapis.com", &["v1", "userinfo"])?),
            introspection: Some(at("oauth2.googleapis.com", &["tokeninfo"])?),
            revocation: Some(at("oauth2.googleapis.com", &["revoke"])?),
        }),
        Provider::Linkedin => Ok(Endpoints {
            issuers: vec!["https://www.linkedin.com/oauth".into()],
            has_microsoft_issuers: false,
            iss_parameter_supported: false,
            authorization: at("www.linkedin.com", &["oauth", "v2", "authorization"])?
                .url()
                .clone(),
            token: at("www.linkedin.com", &["oauth", "v2", "accessToken"])?,
            token_auth_method: TokenAuthMethod::ClientSecretPost,
            jwks: Some(at("www.linkedin.com", &["oauth", "openid", "jwks"])?),
            userinfo: Some(at("api.linkedin.com", &["v2", "userinfo"])?),
            introspection: Some(at("www.linkedin.com", &["oauth", "v2", "introspectToken"])?),
            // LinkedIn documents no revocation endpoint, and its discovery document names no such endpoint. Its tokens expire after
            // 60 days; members can revoke access earlier in their LinkedIn settings.
            revocation: None,
        }),
        Provider::Github => Ok(Endpoints {
            issuers: Vec::new(),
            has_microsoft_issuers: false,
            iss_parameter_supported: false,
            authorization: at("github.com", &["login", "oauth", "authorize"])?.url().clone(),
            token: at("github.com", &["login", "oauth", "access_token"])?,
            token_auth_method: TokenAuthMethod::ClientSecretPost,
            jwks: None,
            userinfo: Some(at("api.github.com", &["user"])?),
            introspection: Some(at("api.github.com", &["applications", client_id, "token"])?),
            revocation: Some(at("api.github.com", &["applications", client_id, "grant"])?),
        }),
        Provider::Oidc => Err(Error::Internal("OIDC endpoints come from discovery".into())),
    }
}
