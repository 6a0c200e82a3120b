//! Which providers can be signed in with.

use crate::error::Fail;
use domain::identities::Offer;
use leptos::prelude::*;

/// Those that the operator configured. The same for everybody.
#[server(prefix = "/_fn", endpoint = "identities/get_offers")]
pub async fn get_offers() -> Result<Vec<Offer>, Fail> {
    Ok(crate::ssr::services()?.providers.offers())
}
