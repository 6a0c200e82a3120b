use crate::{error::AppError, mail::ConnectedMailbox};
use leptos::prelude::*;

/// Loads the user's connected mailboxes.
#[server(prefix = "/_fn", endpoint = "mail/get_mailboxes")]
pub async fn get_mailboxes(slug: String) -> Result<Vec<ConnectedMailbox>, AppError> {
    let (services, caller) = crate::server::context::require_workspace(&slug).await?;
    crate::mail::load::mailboxes(&services, &caller).await
}
