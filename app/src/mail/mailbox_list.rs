//! The client-side list of connected mailboxes.

use super::{ConnectedMailbox, api::get_mailboxes::GetMailboxes, connection::Connection};
use crate::{error::AppError, ui::fetch};
use domain::{MailboxId, mail::MailboxState};
use leptos::{
    leptos_dom::helpers::set_timeout_with_handle, prelude::*, server_fn::ServerFn as _, task::spawn_local,
};
use std::time::Duration;

/// How often mailboxes are reloaded while one of them is syncing.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

#[derive(Clone, Copy)]
pub struct MailboxList {
    slug: StoredValue<String>,
    mailboxes: RwSignal<Vec<ConnectedMailbox>>,
    /// Why the mailboxes could not be loaded.
    pub error: RwSignal<Option<AppError>>,
}

impl MailboxList {
    /// Starts with the mailboxes that the server rendered, and reloads them while one of them is syncing.
    pub fn new(slug: StoredValue<String>, initial: Result<Vec<ConnectedMailbox>, AppError>) -> Self {
        let (mailboxes, error) = match initial {
            Ok(mailboxes) => (mailboxes, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let list = Self {
            slug,
            mailboxes: RwSignal::new(mailboxes),
            error: RwSignal::new(error),
        };
        Effect::new(move |_| {
            list.mailboxes.track();
            if list.is_syncing()
                && let Ok(timer) = set_timeout_with_handle(move || list.reload(), POLL_INTERVAL)
            {
                on_cleanup(move || timer.clear());
            }
        });
        list
    }

    /// The mailboxes of a section.
    pub fn of(self, connection: Connection) -> Vec<ConnectedMailbox> {
        let mut mailboxes = self.mailboxes.get();
        mailboxes.retain(|connected| connected.connection == connection);
        mailboxes
    }

    /// The mailbox with this id; `None` once it is disconnected.
    pub fn find(self, id: MailboxId) -> Option<ConnectedMailbox> {
        self.mailboxes
            .with(|mailboxes| mailboxes.iter().find(|connected| connected.id == id).cloned())
    }

    pub fn is_syncing(self) -> bool {
        let is_syncing = |connected: &ConnectedMailbox| connected.state == MailboxState::Syncing;
        self.mailboxes
            .with_untracked(|mailboxes| mailboxes.iter().any(is_syncing))
    }

    /// Reloads the mailboxes. Also notifies subscribers after an error, so that polling continues.
    pub fn reload(self) {
        spawn_local(async move {
            let Some(slug) = self.slug.try_get_value() else {
                return;
            };
            let result = fetch::call(GetMailboxes::url(), &[("slug", &slug)]).await;
            self.mailboxes.try_update(|mailboxes| match result {
                Ok(current) => {
                    *mailboxes = current;
                    self.error.try_set(None);
                }
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            });
        });
    }
}
