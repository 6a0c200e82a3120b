//! Loads the data for the page and its server functions.

use super::{ConnectedMailbox, GmailStatus};
use crate::{error::AppError, server::respond::respond};
use domain::{
    ImportId, MailboxId,
    auth::Provider,
    mail::{Import, Mailbox, MailboxKind},
};
use service::{Services, context::Caller};

/// Loads whether Gmail mailboxes can be connected, and the connected ones.
pub async fn gmail(services: &Services, caller: &Caller) -> Result<GmailStatus, AppError> {
    let providers = services.providers.available();
    Ok(GmailStatus {
        available: providers
            .iter()
            .any(|available| available.provider == Provider::Google),
        mailboxes: mailboxes(services, caller, MailboxKind::Gmail, &[]).await?,
    })
}

/// Loads the user's mailboxes that are connected by IMAP, including Microsoft mailboxes.
pub async fn imap(services: &Services, caller: &Caller) -> Result<Vec<ConnectedMailbox>, AppError> {
    let of_outlook = respond(service::mail::list_outlook_mailboxes(services, caller).await)?;
    mailboxes(services, caller, MailboxKind::Imap, &of_outlook).await
}

async fn mailboxes(
    services: &Services,
    caller: &Caller,
    kind: MailboxKind,
    of_outlook: &[MailboxId],
) -> Result<Vec<ConnectedMailbox>, AppError> {
    let mut mailboxes = respond(service::mail::get_mailboxes(services, caller).await)?;
    mailboxes.retain(|mailbox| mailbox.kind == kind);
    let now = services.clock.now();
    let connected = |mailbox: Mailbox| ConnectedMailbox {
        synced_ago: mailbox.last_synced_at.map(|at| (now - at).num_seconds()),
        failed_ago: mailbox.last_failed_at.map(|at| (now - at).num_seconds()),
        is_outlook: of_outlook.contains(&mailbox.id),
        mailbox,
    };
    Ok(mailboxes.into_iter().map(connected).collect())
}

/// Loads an import with its current counts.
pub async fn import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, AppError> {
    respond(service::mail::get_import(services, caller, id).await)
}
