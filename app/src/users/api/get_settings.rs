//! What the settings show of the person.

use crate::{error::Fail, users::Settings};
use leptos::prelude::*;

/// The person, and how they sign in.
#[server(prefix = "/_fn", endpoint = "users/get_settings")]
pub async fn get_settings(slug: String) -> Result<Settings, Fail> {
    use crate::ssr;
    let (services, caller) = ssr::enter(&slug).await?;
    let has_password = ssr::answer(service::users::has_password(&services, &caller).await)?;
    Ok(Settings {
        user: caller.user,
        has_password,
    })
}
