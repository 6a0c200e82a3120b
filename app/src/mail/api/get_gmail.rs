//! Mail from Gmail.

use crate::{error::Fail, mail::FromGmail};
use leptos::prelude::*;

/// Whether mailboxes can be connected, and the person's that are.
#[server(prefix = "/_fn", endpoint = "mail/get_gmail")]
pub async fn get_gmail(slug: String) -> Result<FromGmail, Fail> {
    use crate::{mail::Connected, ssr};
    use domain::{identities::Provider, mail::Mailbox};
    let (services, caller) = ssr::enter(&slug).await?;
    let mailboxes = ssr::answer(service::mail::get_mailboxes(&services, &caller).await)?;
    let now = services.clock.now();
    let connected = |mailbox: Mailbox| Connected {
        synced: mailbox.last_synced_at.map(|at| (now - at).num_seconds()),
        failed: mailbox.last_failed_at.map(|at| (now - at).num_seconds()),
        mailbox,
    };
    Ok(FromGmail {
        offered: services
            .providers
            .offers()
            .iter()
            .any(|offer| offer.provider == Provider::Google),
        mailboxes: mailboxes.into_iter().map(connected).collect(),
    })
}
