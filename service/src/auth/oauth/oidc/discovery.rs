//! Provider metadata (OpenID Connect Discovery 1.0).

use crate::{
    auth::oauth::endpoints::{Endpoints, TokenAuthMethod},
    platform::http_client::{Endpoint, FetchError, HttpClient, MAX_BODY_BYTES},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How long metadata is used before it is fetched again.
const CACHE_TTL: TimeDelta = TimeDelta::hours(12);

/// The metadata of one provider, fetched on first use and cached.
pub(in crate::auth::oauth) struct Discovery {
    issuer: String,
    endpoint: Endpoint,
    cached: Mutex<Option<(DateTime<Utc>, Arc<Endpoints>)>>,
}

/// The members of the discovery document that are used.
#[derive(Deserialize)]
struct DiscoveryDocument {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    revocation_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    pub fn new(issuer: String, endpoint: Endpoint) -> Self {
        Self {
            issuer,
            endpoint,
            cached: Mutex::default(),
        }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The provider's endpoints. Stale metadata is served while the provider is unavailable.
    pub async fn endpoints(
        &self,
        http: &HttpClient,
        now: DateTime<Utc>,
    ) -> Result<Arc<Endpoints>, FetchError> {
        let mut cached = self.cached.lock().await;
        if let Some((fetched_at, endpoints)) = &*cached
            && now - *fetched_at < CACHE_TTL
        {
            return Ok(endpoints.clone());
        }
        match self.fetch(http).await {
            Ok(endpoints) => {
                let endpoints = Arc::new(endpoints);
                *cached = Some((now, endpoints.clone()));
                Ok(endpoints)
            }
            Err(error) => match &*cached {
                Some((_, endpoints)) => {
                    tracing::warn!(%error, issuer = self.issuer, "failed to refresh OIDC metadata, using cached copy");
                    Ok(endpoints.clone())
                }
                None => Err(error),
            },
        }
    }

    async fn fetch(&self, http: &HttpClient) -> Result<Endpoints, FetchError> {
        let at = self.endpoint.join(&[".well-known", "openid-configuration"]);
        let response = http.send(http.get(&at), MAX_BODY_BYTES).await?;
        if !response.is_success() {
            return Err(FetchError::InvalidResponse(format!(
                "metadata request returned status {}",
                response.status
            )));
        }
        self.parse(response.json()?)
    }

    fn parse(&self, document: DiscoveryDocument) -> Result<Endpoints, FetchError> {
        // OpenID Connect Discovery 1.0 §4.3: the issuer must be exactly the one that was asked.
        if document.issuer != self.issuer {
            return Err(FetchError::InvalidResponse(format!(
                "metadata of {} names the issuer {}",
                self.issuer, document.issuer
            )));
        }
        let endpoint = |text: &str| Endpoint::untrusted(text, &self.endpoint);
        let optional = |text: Option<String>| text.as_deref().map(endpoint).transpose();
        // Without the member the default is client_secret_basic (§3).
        let methods = document.token_endpoint_auth_methods_supported;
        let post_only = methods.is_some_and(|methods| {
            let has = |method: &str| methods.iter().any(|m| m == method);
            has("client_secret_post") && !has("client_secret_basic")
        });
        Ok(Endpoints {
            issuers: vec![document.issuer],
            has_microsoft_issuers: false,
            iss_parameter_supported: document.authorization_response_iss_parameter_supported,
            authorization: endpoint(&document.authorization_endpoint)?.url().clone(),
            token: endpoint(&document.token_endpoint)?,
            token_auth_method: if post_only {
                TokenAuthMethod::ClientSecretPost
            } else {
                TokenAuthMethod::ClientSecretBasic
            },
            jwks: Some(endpoint(&document.jwks_uri)?),
            userinfo: optional(document.userinfo_endpoint)?,
            introspection: None,
            revocation: optional(document.revocation_endpoint)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use url::Url;

    fn parse(document: serde_json::Value) -> Result<Endpoints, FetchError> {
        let issuer = "https://id.example.org/realm";
        let discovery = Discovery::new(issuer.into(), Endpoint::trusted(Url::parse(issuer).expect("url")));
        discovery
            .parse(serde_json::from_value(document).map_err(|e| FetchError::InvalidResponse(e.to_string()))?)
    }

    #[test]
    fn metadata_with_foreign_issuer_or_private_endpoint_is_rejected() {
        let valid = json!({
            "issuer": "https://id.example.org/realm",
            "authorization_endpoint": "https://id.example.org/realm/auth",
            "token_endpoint": "https://id.example.org/realm/token",
            "jwks_uri": "https://keys.example.com/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        });
        assert_eq!(
            parse(valid.clone()).expect("valid metadata").token_auth_method,
            TokenAuthMethod::ClientSecretPost
        );
        for (field, value) in [
            ("issuer", json!("https://id.example.org/realm/")),
            ("issuer", json!("https://id.example.org/other")),
            ("token_endpoint", json!("http://127.0.0.1:5432")),
            ("token_endpoint", json!("https://10.0.0.7/token")),
            ("jwks_uri", json!("http://id.example.org/jwks")),
            ("jwks_uri", json!("file:///etc/passwd")),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("userinfo_endpoint", json!("https://169.254.169.254/latest")),
            ("revocation_endpoint", json!("https://localhost/revoke")),
            ("token_endpoint", json!(7)),
        ] {
            let mut invalid = valid.clone();
            invalid[field] = value.clone();
            assert!(parse(invalid).is_err(), "{field} {value}");
        }
    }
}
