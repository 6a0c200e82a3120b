use crate::{error::AppError, mail::ConnectedMailbox};
use leptos::prelude::*;

/// Loads the user's mailboxes that are connected by IMAP.
#[server(prefix = "/_fn", endpoint = "mail/get_imap")]
pub async fn get_imap(slug: String) -> Result<Vec<ConnectedMailbox>, AppError> {
    let (services, caller) = crate::server::context::require_workspace(&slug).await?;
    crate::mail::load::imap(&services, &caller).await
}
