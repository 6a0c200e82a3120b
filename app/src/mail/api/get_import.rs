//! Loads an import.

use crate::error::AppError;
use domain::{ImportId, mail::Import};
use leptos::prelude::*;

/// The import with its current counts.
#[server(prefix = "/_fn", endpoint = "mail/get_import")]
pub async fn get_import(slug: String, import_id: ImportId) -> Result<Import, AppError> {
    use crate::server::{context::require_workspace, respond::respond};
    let (services, caller) = require_workspace(&slug).await?;
    respond(service::mail::get_import(&services, &caller, import_id).await)
}
