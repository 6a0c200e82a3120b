//! A connected mailbox with its status.

use super::ConnectedMailbox;
use crate::ui::{Icon, IconSize, Lucide, relative_time};
use domain::{
    mail::{MailboxKind, MailboxState},
    routes::Route,
};
use leptos::prelude::*;

/// A row with the address and the status of a mailbox, and its actions.
#[component]
pub fn MailboxRow(slug: String, connected: ConnectedMailbox, children: Children) -> impl IntoView {
    let (is_warning, status) = mailbox_status(&connected);
    let preview = connected
        .mailbox
        .import_id
        .map(|id| Route::Import(slug.clone(), id).to_string());
    view! {
        <li>
            <div>
                <b>{connected.mailbox.address}</b>
                <p class="mailbox-status" data-warning=is_warning.then_some("")>
                    {is_warning.then(|| view! { <Icon of=Lucide::CircleAlert size=IconSize::Small /> })}
                    <span role="status">{status}</span>
                </p>
            </div>
            {preview
                .map(|href| {
                    view! {
                        <a class="btn btn-line btn-sm" href=href>
                            "Preview"
                        </a>
                    }
                })} {children()}
        </li>
    }
    .into_any()
}

/// The status of a mailbox in a sentence, and whether it is a warning.
fn mailbox_status(connected: &ConnectedMailbox) -> (bool, String) {
    let ConnectedMailbox {
        mailbox,
        synced_ago,
        failed_ago,
        is_outlook,
    } = connected;
    match (mailbox.state, synced_ago, failed_ago) {
        (MailboxState::Syncing, ..) if mailbox.import_id.is_some() => {
            (false, "Reading your email for the preview.".into())
        }
        (MailboxState::Ok, _, None) if mailbox.import_id.is_some() => (
            false,
            "Your preview is ready. Nothing changes before you import it.".into(),
        ),
        (MailboxState::Syncing, None, _) => (
            false,
            "Importing your email. You can leave this page. The import continues in the background.".into(),
        ),
        (MailboxState::Syncing, Some(_), _) => (false, "Checking for new email.".into()),
        (MailboxState::ReconnectRequired, ..) if *is_outlook => (
            true,
            "Outlook no longer gives access. Reconnect to continue; nothing is lost.".into(),
        ),
        (MailboxState::ReconnectRequired, ..) if mailbox.kind == MailboxKind::Imap => (
            true,
            "The server refused your password. Connect again with the new one; nothing is lost.".into(),
        ),
        (MailboxState::ReconnectRequired, ..) => (
            true,
            "Gmail access was revoked. Reconnect to continue; nothing is lost.".into(),
        ),
        (MailboxState::Paused, ..) => (false, "Connected. Syncs only when you start it".into()),
        (MailboxState::Ok, _, Some(seconds)) => {
            let server = match mailbox.kind {
                MailboxKind::Imap if *is_outlook => "Outlook",
                MailboxKind::Imap => "the server",
                MailboxKind::Gmail | MailboxKind::Upload => "Gmail",
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
    use domain::mail::Mailbox;

    #[test]
    fn mailbox_status_depends_on_kind_state_and_last_sync() {
        use MailboxKind::{Gmail, Imap};
        for (kind, state, synced_ago, failed_ago, is_warning, text) in [
            (
                Gmail,
                MailboxState::Syncing,
                None,
                None,
                false,
                "Importing your email",
            ),
            (
                Gmail,
                MailboxState::Syncing,
                Some(9),
                Some(7),
                false,
                "Checking for new email",
            ),
            (
                Gmail,
                MailboxState::Ok,
                Some(60),
                None,
                false,
                "synced 1 minute ago",
            ),
            (
                Gmail,
                MailboxState::Ok,
                Some(999),
                Some(60),
                true,
                "Couldn't reach Gmail 1 minute ago",
            ),
            (
                Imap,
                MailboxState::Ok,
                Some(999),
                Some(60),
                true,
                "Couldn't reach the server 1 minute ago",
            ),
            (Gmail, MailboxState::Ok, None, None, false, "Not synced yet"),
            (
                Gmail,
                MailboxState::ReconnectRequired,
                Some(9),
                Some(9),
                true,
                "Reconnect to continue",
            ),
            (
                Imap,
                MailboxState::ReconnectRequired,
                None,
                None,
                true,
                "refused your password",
            ),
        ] {
            let connected = ConnectedMailbox {
                mailbox: Mailbox {
                    id: uuid::Uuid::nil().into(),
                    kind,
                    address: "ada@example.org".into(),
                    state,
                    last_synced_at: None,
                    last_failed_at: None,
                    import_id: None,
                },
                synced_ago,
                failed_ago,
                is_outlook: false,
            };
            let (warned, status) = mailbox_status(&connected);
            assert_eq!(warned, is_warning, "{status}");
            assert!(status.contains(text), "{status}");
        }
    }

    #[test]
    fn status_of_an_outlook_mailbox_asks_for_no_password() {
        let connected = |state, failed_ago| ConnectedMailbox {
            mailbox: Mailbox {
                id: uuid::Uuid::nil().into(),
                kind: MailboxKind::Imap,
                address: "ada@outlook.example".into(),
                state,
                last_synced_at: None,
                last_failed_at: None,
                import_id: None,
            },
            synced_ago: None,
            failed_ago,
            is_outlook: true,
        };
        let (warned, status) = mailbox_status(&connected(MailboxState::ReconnectRequired, None));
        assert!(
            warned && status.contains("Outlook no longer gives access"),
            "{status}"
        );
        let (_, status) = mailbox_status(&connected(MailboxState::Ok, Some(60)));
        assert!(status.contains("Couldn't reach Outlook 1 minute ago"), "{status}");
    }
}
