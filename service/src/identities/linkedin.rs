//! What LinkedIn says of the caller.

use super::{
    Unproven,
    ask::Ask,
    enter::{ACCESS, place},
    queries,
};
use crate::{Error, Services, db::SystemReason, outbound::TOTAL, tenants::Caller, vault};
use domain::{
    ErrorCode,
    identities::{LinkedinProfile, Provider},
};
use serde_json::Value;
use tokio::time::timeout;

/// The caller's profile, asked of LinkedIn at this moment.
///
/// # Errors
/// `not_linked` when the caller has no LinkedIn account here, or LinkedIn does not let us in with it any more;
/// `provider_unavailable` when LinkedIn does not answer.
pub async fn get_linkedin_profile(services: &Services, caller: &Caller) -> Result<LinkedinProfile, Error> {
    let not_linked = |detail: &str| Error::api(ErrorCode::NotLinked, detail);
    let registered = services
        .providers
        .find(Provider::Linkedin)
        .ok_or_else(|| not_linked("Signing in with LinkedIn is not set up here."))?;
    let found = {
        let mut conn = services.db.system_read(SystemReason::Identity).await?;
        queries::newest_token(&mut conn, caller.user.id, registered.key()).await?
    };
    let (id, sealed) = found.ok_or_else(|| {
        not_linked(
            "Your account is not linked with LinkedIn. Sign in with LinkedIn, or link it in the settings.",
        )
    })?;
    let access = vault::open(&services.keys, place(ACCESS, id), &sealed)?;
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
        ask.userinfo(&access).await
    };
    let info = match timeout(TOTAL, asked).await {
        Ok(Ok(info)) => info,
        Ok(Err(Unproven::Refused(_))) => {
            return Err(not_linked(
                "LinkedIn has ended our access. Sign in with LinkedIn again.",
            ));
        }
        Ok(Err(away)) => return Err(away.told(&registered.name)),
        Err(_) => return Err(super::unavailable(&registered.name)),
    };
    Ok(LinkedinProfile {
        sub: info.sub,
        name: info.name,
        given_name: info.given_name,
        family_name: info.family_name,
        picture: info.picture,
        email: info.email,
        locale: info.locale.as_ref().and_then(locale),
    })
}

/// LinkedIn writes an object of language and country where the standard has a text.
fn locale(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(parts) => {
            let part = |name: &str| parts.get(name).and_then(Value::as_str);
            let language = part("language")?;
            Some(
                part("country")
                    .map_or_else(|| language.to_owned(), |country| format!("{language}-{country}")),
            )
        }
        _ => None,
    }
}
