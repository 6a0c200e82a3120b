//! A connected mailbox with its status and actions.

use super::{
    ConnectedMailbox,
    api::{disconnect::Disconnect, sync::Sync},
    connect_form::ConnectForm,
    connection::Connection,
    disconnect_form::DisconnectForm,
};
use crate::ui::{Form, FormAction, Icon, IconSize, Lucide, RowButton, relative_time};
use domain::{mail::MailboxState, routes::Route};
use leptos::prelude::*;

/// A row with the address and the status of a mailbox, and its actions.
#[component]
pub fn MailboxRow(
    /// The mailbox; `None` once it is disconnected.
    connected: Signal<Option<ConnectedMailbox>>,
    slug: StoredValue<String>,
    /// Whether mailboxes of this kind can be connected.
    is_available: bool,
    sync: FormAction<Sync>,
    disconnect: FormAction<Disconnect>,
) -> impl IntoView {
    let Some(ConnectedMailbox {
        id,
        address,
        connection,
        ..
    }) = connected.get_untracked()
    else {
        return ().into_any();
    };
    // Every row has the same actions, so their accessible names contain the address.
    let name = StoredValue::new(address.clone());
    let name_of = move |label: &str| format!("{label}: {}", name.get_value());
    let status = move || {
        let (is_warning, status) = mailbox_status(&connected.get()?);
        Some(view! {
            <p class="mailbox-status" data-warning=is_warning.then_some("")>
                {is_warning.then(|| view! { <Icon of=Lucide::CircleAlert size=IconSize::Small /> })}
                <span role="status">{status}</span>
            </p>
        })
    };
    let actions = move || {
        let ConnectedMailbox {
            state,
            import_id,
            is_preview_empty,
            ..
        } = connected.get()?;
        let preview = import_id.map(|import_id| {
            let label = if is_preview_empty { "Details" } else { "Preview" };
            let href = Route::Import(slug.get_value(), import_id).to_string();
            view! {
                <a class="btn btn-line btn-sm" href=href aria-label=name_of(label)>
                    {label}
                </a>
            }
        });
        let reconnect = (state == MailboxState::ReconnectRequired && is_available).then(
            || view! { <ConnectForm connection slug label="Reconnect" aria_label=name_of("Reconnect") /> },
        );
        // Also offered during a sync, so that the focused button does not disappear.
        let can_sync = state != MailboxState::ReconnectRequired && import_id.is_none();
        let sync = can_sync.then(|| {
            view! {
                <Form action=sync>
                    <input type="hidden" name="slug" value=slug.get_value() />
                    <input type="hidden" name="mailbox_id" value=id.to_string() />
                    <input type="hidden" name="connection" value=connection.as_str() />
                    <RowButton label="Sync now" aria_label=name_of("Sync now") class="btn-quiet" />
                </Form>
            }
        });
        Some((preview, reconnect, sync))
    };
    view! {
        <li>
            <div>
                <b>{address.clone()}</b>
                {status}
            </div>
            {actions}
            <DisconnectForm action=disconnect connection slug id address />
        </li>
    }
    .into_any()
}

/// Whether the status of a mailbox is a warning, and the status as a sentence.
fn mailbox_status(connected: &ConnectedMailbox) -> (bool, String) {
    let ConnectedMailbox {
        connection,
        state,
        import_id,
        synced_ago,
        failed_ago,
        is_preview_empty,
        ..
    } = connected;
    let has_preview = import_id.is_some();
    match (*state, synced_ago, failed_ago) {
        (MailboxState::Syncing, ..) if has_preview => (false, "Reading your email for the preview.".into()),
        (MailboxState::Ok, _, None) if *is_preview_empty => (
            false,
            "The preview found no new emails about applications.".into(),
        ),
        (MailboxState::Ok, _, None) if has_preview => (
            false,
            "Your preview is ready. Nothing changes before you import it.".into(),
        ),
        (MailboxState::Syncing, None, _) => (
            false,
            "Importing your email. You can leave this page. The import continues in the background.".into(),
        ),
        (MailboxState::Syncing, Some(_), _) => (false, "Checking for new email.".into()),
        (MailboxState::ReconnectRequired, ..) => {
            let reason = match connection {
                Connection::Gmail => "Gmail access was revoked. Reconnect to continue; nothing is lost.",
                Connection::Outlook => {
                    "Outlook no longer gives access. Reconnect to continue; nothing is lost."
                }
                Connection::Imap => {
                    "The server refused your password. Connect again with the new one; nothing is lost."
                }
            };
            (true, reason.into())
        }
        (MailboxState::Paused, ..) => (false, "Connected. Syncs only when you start it".into()),
        (MailboxState::Ok, _, Some(seconds)) => {
            let server = match connection {
                Connection::Imap => "the server",
                Connection::Gmail | Connection::Outlook => connection.title(),
            };
            (
                true,
                format!(
                    "Couldn't reach {server} {}. We'll retry automatically.",
                    relative_time(*seconds)
                ),
            )
        }
        (MailboxState::Ok, Some(seconds), None) => {
            (false, format!("Up to date, synced {}", relative_time(*seconds)))
        }
        (MailboxState::Ok, None, None) => (false, "Not synced yet".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connected(
        connection: Connection,
        state: MailboxState,
        synced_ago: Option<i64>,
        failed_ago: Option<i64>,
    ) -> ConnectedMailbox {
        ConnectedMailbox {
            id: uuid::Uuid::nil().into(),
            address: "ada@example.org".into(),
            connection,
            state,
            import_id: None,
            synced_ago,
            failed_ago,
            is_preview_empty: false,
        }
    }

    #[test]
    fn mailbox_status_depends_on_connection_state_and_last_sync() {
        use Connection::{Gmail, Imap, Outlook};
        use MailboxState::{Ok, ReconnectRequired, Syncing};
        for (connection, state, synced_ago, failed_ago, is_warning, text) in [
            (Gmail, Syncing, None, None, false, "Importing your email"),
            (Gmail, Syncing, Some(9), Some(7), false, "Checking for new email"),
            (Gmail, Ok, Some(60), None, false, "synced 1 minute ago"),
            (Gmail, Ok, Some(999), Some(60), true, "reach Gmail 1 minute ago"),
            (Imap, Ok, Some(999), Some(60), true, "server 1 minute ago"),
            (Outlook, Ok, None, Some(60), true, "reach Outlook 1 minute ago"),
            (Gmail, Ok, None, None, false, "Not synced yet"),
            (
                Gmail,
                ReconnectRequired,
                Some(9),
                Some(9),
                true,
                "access was revoked",
            ),
            (Imap, ReconnectRequired, None, None, true, "refused your password"),
            (
                Outlook,
                ReconnectRequired,
                None,
                None,
                true,
                "no longer gives access",
            ),
        ] {
            let (warned, status) = mailbox_status(&connected(connection, state, synced_ago, failed_ago));
            assert_eq!(warned, is_warning, "{status}");
            assert!(status.contains(text), "{status}");
        }
    }

    #[test]
    fn mailbox_status_says_whether_a_preview_found_anything() {
        let mut connected = connected(Connection::Imap, MailboxState::Ok, None, None);
        connected.import_id = Some(uuid::Uuid::nil().into());
        assert!(mailbox_status(&connected).1.contains("preview is ready"));
        connected.is_preview_empty = true;
        assert!(mailbox_status(&connected).1.contains("no new emails"));
    }
}
