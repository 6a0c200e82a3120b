use crate::error::AppError;
use domain::{ImportId, mail::Import};
use leptos::prelude::*;

/// Loads an import with its current counts.
#[server(prefix = "/_fn", endpoint = "mail/get_import")]
pub async fn get_import(slug: String, import_id: ImportId) -> Result<Import, AppError> {
    let (services, caller) = crate::server::context::require_workspace(&slug).await?;
    crate::mail::load::import(&services, &caller, import_id).await
}
