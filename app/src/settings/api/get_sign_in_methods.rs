//! Lists the user's sign-in methods.

use crate::error::AppError;
use domain::auth::SignInMethods;
use leptos::prelude::*;

/// Password, linked providers, and providers that can be linked.
#[server(prefix = "/_fn", endpoint = "settings/get_sign_in_methods")]
pub async fn get_sign_in_methods(slug: String) -> Result<SignInMethods, AppError> {
    let (services, caller) = crate::server::context::require_workspace(&slug).await?;
    crate::settings::load::sign_in_methods(&services, &caller).await
}
