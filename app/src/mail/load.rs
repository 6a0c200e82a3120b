//! Loads the data for the page and its server functions.

use super::{ConnectedMailbox, connection::Connection, format::has_effects};
use crate::{error::AppError, server::respond::respond};
use domain::{
    ImportId,
    auth::Provider,
    mail::{Import, MailboxKind, MailboxState},
};
use service::{Services, context::Caller};

/// The ways to connect a mailbox that the operator has configured. IMAP needs no configuration.
pub fn connections(services: &Services) -> Vec<Connection> {
    let providers = services.providers.available();
    let has_gmail = providers
        .iter()
        .any(|available| available.provider == Provider::Google);
    let has_outlook = services.providers.offers_outlook();
    [
        (Connection::Gmail, has_gmail),
        (Connection::Outlook, has_outlook),
        (Connection::Imap, true),
    ]
    .into_iter()
    .filter_map(|(connection, is_available)| is_available.then_some(connection))
    .collect()
}

/// Loads the user's connected mailboxes.
pub async fn mailboxes(services: &Services, caller: &Caller) -> Result<Vec<ConnectedMailbox>, AppError> {
    let of_outlook = respond(service::mail::list_outlook_mailboxes(services, caller).await)?;
    let now = services.clock.now();
    let mut mailboxes = Vec::new();
    for mailbox in respond(service::mail::get_mailboxes(services, caller).await)? {
        let connection = match mailbox.kind {
            MailboxKind::Gmail => Connection::Gmail,
            MailboxKind::Imap if of_outlook.contains(&mailbox.id) => Connection::Outlook,
            MailboxKind::Imap => Connection::Imap,
            MailboxKind::Upload => continue,
        };
        // A preview that cannot be loaded does not fail the list; its own page shows the error.
        let preview = match mailbox.import_id {
            Some(id) if mailbox.state == MailboxState::Ok => import(services, caller, id).await.ok(),
            _ => None,
        };
        // A confirmed preview is a running import, shown as syncing.
        let (state, import_id) = match &preview {
            Some(preview) if !preview.dry_run => (MailboxState::Syncing, None),
            _ => (mailbox.state, mailbox.import_id),
        };
        mailboxes.push(ConnectedMailbox {
            id: mailbox.id,
            address: mailbox.address,
            connection,
            state,
            import_id,
            synced_ago: mailbox.last_synced_at.map(|at| (now - at).num_seconds()),
            failed_ago: mailbox.last_failed_at.map(|at| (now - at).num_seconds()),
            is_preview_empty: preview.is_some_and(|preview| preview.dry_run && !has_effects(&preview)),
        });
    }
    Ok(mailboxes)
}

/// Loads an import with its current counts.
pub async fn import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, AppError> {
    respond(service::mail::get_import(services, caller, id).await)
}
