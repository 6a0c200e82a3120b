//! Lists the providers for signing in.

use crate::error::AppError;
use domain::auth::AvailableProvider;
use leptos::prelude::*;

/// The providers that the operator configured.
#[server(prefix = "/_fn", endpoint = "auth/get_providers")]
pub async fn get_providers() -> Result<Vec<AvailableProvider>, AppError> {
    Ok(crate::server::context::services()?.providers.available())
}
