//! How far an import is.

use crate::error::Fail;
use domain::{ImportId, mail::Import};
use leptos::prelude::*;

/// The import with its numbers so far.
#[server(prefix = "/_fn", endpoint = "mail/get_import")]
pub async fn get_import(slug: String, import_id: ImportId) -> Result<Import, Fail> {
    use crate::ssr;
    let (services, caller) = ssr::enter(&slug).await?;
    ssr::answer(service::mail::get_import(&services, &caller, import_id).await)
}
