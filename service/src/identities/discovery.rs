//! What an OpenID Connect provider says of itself (OpenID Connect Discovery 1.0).

use super::endpoints::Endpoints;
use crate::outbound::{Away, CAP, Endpoint, Outbound};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// How long metadata holds. Providers move rarely.
const FRESH: TimeDelta = TimeDelta::hours(12);

/// A provider's metadata, asked for when first needed.
pub(super) struct Discovery {
    issuer: String,
    url: Url,
    found: Mutex<Option<(DateTime<Utc>, Arc<Endpoints>)>>,
}

#[derive(Deserialize)]
struct Document {
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
    pub fn new(issuer: String, url: Url) -> Self {
        Self {
            issuer,
            url,
            found: Mutex::default(),
        }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The endpoints. Old ones serve on while the provider does not answer.
    pub async fn endpoints(&self, outbound: &Outbound, now: DateTime<Utc>) -> Result<Arc<Endpoints>, Away> {
        let mut found = self.found.lock().await;
        if let Some((at, endpoints)) = &*found
            && now - *at < FRESH
        {
            return Ok(endpoints.clone());
        }
        match self.ask(outbound).await {
            Ok(endpoints) => {
                let endpoints = Arc::new(endpoints);
                *found = Some((now, endpoints.clone()));
                Ok(endpoints)
            }
            Err(error) => match &*found {
                Some((_, endpoints)) => {
                    tracing::warn!(%error, issuer = self.issuer, "metadata could not be renewed");
                    Ok(endpoints.clone())
                }
                None => Err(error),
            },
        }
    }

    async fn ask(&self, outbound: &Outbound) -> Result<Endpoints, Away> {
        let at = Endpoint::chosen(self.url.clone()).below(&[".well-known", "openid-configuration"]);
        let reply = outbound.send(outbound.get(&at), CAP).await?;
        if !reply.ok() {
            return Err(Away::Nonsense(format!("metadata with status {}", reply.status)));
        }
        self.read(reply.json()?)
    }

    fn read(&self, document: Document) -> Result<Endpoints, Away> {
        if document.issuer != self.issuer {
            return Err(Away::Nonsense(format!(
                "the metadata of {} says it is that of {}",
                self.issuer, document.issuer
            )));
        }
        let named = |text: &str| Endpoint::named(text, &self.url);
        let optional = |text: Option<String>| text.as_deref().map(named).transpose();
        let methods = document.token_endpoint_auth_methods_supported;
        let secret_in_body = methods.is_some_and(|methods| {
            let has = |method: &str| methods.iter().any(|m| m == method);
            has("client_secret_post") && !has("client_secret_basic")
        });
        Ok(Endpoints {
            issuers: vec![document.issuer],
            names_issuer: document.authorization_response_iss_parameter_supported,
            authorize: named(&document.authorization_endpoint)?.url().clone(),
            token: named(&document.token_endpoint)?,
            secret_in_body,
            jwks: Some(named(&document.jwks_uri)?),
            userinfo: optional(document.userinfo_endpoint)?,
            inspect: None,
            revoke: optional(document.revocation_endpoint)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(document: serde_json::Value) -> Result<Endpoints, Away> {
        let issuer = "https://id.example.org/realm";
        let discovery = Discovery::new(issuer.into(), Url::parse(issuer).expect("url"));
        discovery.read(serde_json::from_value(document).map_err(|e| Away::Nonsense(e.to_string()))?)
    }

    /// OA-12, AT-33.
    #[test]
    fn metadata_speaks_for_its_own_issuer_and_names_what_may_be_called() {
        let good = json!({
            "issuer": "https://id.example.org/realm",
            "authorization_endpoint": "https://id.example.org/realm/auth",
            "token_endpoint": "https://id.example.org/realm/token",
            "jwks_uri": "https://keys.example.com/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        });
        assert!(read(good.clone()).expect("fine").secret_in_body);
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
            let mut bad = good.clone();
            bad[field] = value.clone();
            assert!(read(bad).is_err(), "{field} {value}");
        }
    }
}
