//! Google's token information endpoint.

use super::{ProviderClient, wrong_client};
use crate::auth::oauth::ProviderError;
use serde::Deserialize;

#[derive(Deserialize)]
struct TokenInfo {
    aud: String,
    sub: String,
}

impl ProviderClient<'_> {
    /// Checks that an access token was issued to this client and returns its subject.
    pub(super) async fn introspect_google(&self, token: &str) -> Result<String, ProviderError> {
        let endpoint = self.introspection_endpoint()?;
        let request = self.http.get(endpoint).query(&[("access_token", token)]);
        let info: TokenInfo = self.call(request).await?;
        if info.aud == self.oauth_client.client_id {
            Ok(info.sub)
        } else {
            Err(wrong_client())
        }
    }
}
