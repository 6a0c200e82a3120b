//! Ends the access to a mailbox.

use crate::error::Fail;
use domain::MailboxId;
use leptos::prelude::*;

/// Forgets what opens a mailbox and gives it back to Google.
#[server(prefix = "/_fn", endpoint = "mail/disconnect")]
pub async fn disconnect(slug: String, mailbox_id: MailboxId) -> Result<(), Fail> {
    use crate::ssr;
    use domain::routes::{Route, WorkspacePage};
    let about = "mail/disconnect";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Import);
    let ended = service::mail::disconnect_mailbox(&services, &caller, mailbox_id).await;
    ssr::answer_form(about, &page, &[], ended)?;
    ssr::well(about, &page);
    Ok(())
}
