//! Sends the link to confirm the address once more.

use crate::error::Fail;
use leptos::prelude::*;

/// Sends it, unless one went within the last minute.
#[server(prefix = "/_fn", endpoint = "users/resend_activation")]
pub async fn resend_activation(slug: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::routes::{Route, WorkspacePage};
    let about = "users/resend_activation";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Settings);
    let sent = service::users::resend_activation(&services, &caller, &ssr::client()).await;
    ssr::answer_form(about, &page, &[], sent)?;
    ssr::well(about, &page);
    Ok(())
}
