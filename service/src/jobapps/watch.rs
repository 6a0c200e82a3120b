//! Waiting for changes of the caller's applications.

use crate::{
    Error, Services, background,
    context::{Caller, permit},
    platform::notifier::{self, Notification, Subscription, Tab},
};
use domain::{ErrorCode, tenants::Action};
use std::time::Duration;
use tokio::time::sleep;

/// How long changes are collected before all servers are notified.
const ANNOUNCE_DELAY: Duration = Duration::from_millis(100);

/// Waits for changes of the caller's applications by anyone but this tab. Changes within the last `age`, the time since the page was
/// rendered, count, too.
///
/// # Errors
/// `rate_limited` if too many pages wait.
pub fn watch(
    services: &Services,
    caller: &Caller,
    tab: Option<Tab>,
    age: Duration,
) -> Result<Subscription, Error> {
    let grant = permit(caller, Action::ReadApplications)?;
    let notifier = services.db.notifier();
    notifier
        .subscribe(grant.tenant(), grant.user(), tab, age)
        .map_err(|notifier::SubscriptionLimitError| {
            let detail = "Too many pages are open. This one updates less often.";
            Error::retry_later(ErrorCode::RateLimited, detail, 60)
        })
}

/// Announces the changes made by this server to all servers, until the future is dropped.
pub async fn announce_changes(services: &Services) {
    let notifier = services.db.notifier();
    loop {
        notifier.marked().await;
        sleep(ANNOUNCE_DELAY).await;
        for notification in notifier.take() {
            if let Err(error) = announce(services, &notification).await {
                tracing::warn!(%error, "changes not announced");
                // The pages of this server need no notification.
                notifier.deliver(&notification.payload);
            }
        }
    }
}

async fn announce(services: &Services, notification: &Notification) -> Result<(), Error> {
    let mut conn = services.db.global_conn().await?;
    conn.notify(notifier::CHANNEL, &notification.payload).await?;
    background::make_webhooks_due(&mut conn, &notification.audiences).await
}
