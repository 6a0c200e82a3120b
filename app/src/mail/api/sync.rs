//! Fetches what is new.

use crate::error::Fail;
use leptos::prelude::*;

/// Queues fetching from all of the person's mailboxes.
#[server(prefix = "/_fn", endpoint = "mail/sync")]
pub async fn sync(slug: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::routes::{Route, WorkspacePage};
    let about = "mail/sync";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let queued = service::mail::sync_user_emails(&services, &caller).await;
    ssr::answer_form(about, &page, &[], queued)?;
    ssr::well(about, &page);
    Ok(())
}
