//! How the person signs in.

use crate::error::Fail;
use domain::identities::SignInMethods;
use leptos::prelude::*;

/// Password and linked accounts, and what could be linked.
#[server(prefix = "/_fn", endpoint = "identities/get_methods")]
pub async fn get_methods(slug: String) -> Result<SignInMethods, Fail> {
    use crate::ssr;
    let (services, caller) = ssr::enter(&slug).await?;
    ssr::answer(service::identities::methods(&services, caller.user.id).await)
}
