//! Signing in of programs with a provider's token.

use super::{ask::Ask, enter, refused, unavailable};
use crate::{
    Error, Services,
    limits::{self, Client},
    outbound::TOTAL,
};
use domain::{
    ApiError, FieldCode,
    identities::{AuthSocialUserInput, Proof},
    users::TokenSet,
};
use tokio::time::timeout;

/// Signs in the person whom the provider's token is about, and makes their account at the first time. The flag says
/// whether it was made.
///
/// # Errors
/// `invalid` for a provider that is not configured, and when it has not verified an e-mail; `invalid_provider_token`;
/// `account_exists`; `rate_limited`; `provider_unavailable` after eight seconds at most.
pub async fn auth_social_user(
    services: &Services,
    input: AuthSocialUserInput,
    client: &Client,
) -> Result<(TokenSet, bool), Error> {
    let (provider, proof) = input.proof()?;
    let registered = services.providers.find(provider).ok_or_else(|| {
        let detail = format!("Signing in with {} is not set up here.", provider.name());
        ApiError::field("provider", FieldCode::NotAllowed, detail)
    })?;
    limits::sign_in(services, client).await?;
    let now = services.clock.now();
    let outbound = &services.providers.outbound;
    let asked = async {
        let endpoints = registered.endpoints(outbound, now).await?;
        let ask = Ask {
            outbound,
            registered,
            endpoints: &endpoints,
            now,
        };
        match &proof {
            Proof::AccessToken(token) => ask.by_access_token(token).await,
            Proof::IdToken(token) => ask.by_id_token(token).await,
        }
    };
    let asserted = match timeout(TOTAL, asked).await {
        Ok(asserted) => asserted
            .map_err(|error| error.told(&registered.name))
            .inspect_err(|error| refused(error, client))?,
        Err(_) => return Err(unavailable(&registered.name)),
    };
    enter::by_program(services, asserted, client).await
}
