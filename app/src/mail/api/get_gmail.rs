//! Loads the status of Gmail.

use crate::{error::AppError, mail::GmailStatus};
use leptos::prelude::*;

/// Whether mailboxes can be connected, and the user's connected mailboxes.
#[server(prefix = "/_fn", endpoint = "mail/get_gmail")]
pub async fn get_gmail(slug: String) -> Result<GmailStatus, AppError> {
    use crate::{
        mail::ConnectedMailbox,
        server::{context::require_workspace, respond::respond},
    };
    use domain::{auth::Provider, mail::Mailbox};
    let (services, caller) = require_workspace(&slug).await?;
    let mailboxes = respond(service::mail::get_mailboxes(&services, &caller).await)?;
    let now = services.clock.now();
    let connected = |mailbox: Mailbox| ConnectedMailbox {
        synced_ago: mailbox.last_synced_at.map(|at| (now - at).num_seconds()),
        failed_ago: mailbox.last_failed_at.map(|at| (now - at).num_seconds()),
        mailbox,
    };
    Ok(GmailStatus {
        available: services
            .providers
            .available()
            .iter()
            .any(|available| available.provider == Provider::Google),
        mailboxes: mailboxes.into_iter().map(connected).collect(),
    })
}
