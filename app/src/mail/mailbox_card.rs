//! A section of the import page: the mailboxes of one connection type, and how to connect another one.

use super::{
    api::{connect_imap::ConnectImap, disconnect::Disconnect, sync::Sync},
    connect_form::ConnectForm,
    connection::Connection,
    disconnect_form::DisconnectedNotice,
    imap_connect_form::ImapConnectForm,
    mailbox_list::MailboxList,
    mailbox_row::MailboxRow,
};
use crate::{
    auth::ProviderIcon,
    server::flash,
    ui::{FormAction, FormError, FormSuccess, Icon, Lucide},
};
use domain::{auth::Provider, mail::ImapProvider};
use leptos::prelude::*;

/// The section. Empty if such mailboxes cannot be connected and none is connected.
#[component]
pub fn MailboxCard(
    connection: Connection,
    slug: StoredValue<String>,
    list: MailboxList,
    /// Whether mailboxes can be connected.
    is_available: bool,
    /// The servers of email providers.
    providers: StoredValue<Vec<ImapProvider>>,
) -> impl IntoView {
    if !is_available && untrack(|| list.of(connection).is_empty()) {
        return ().into_any();
    }
    let connect = FormAction::<ConnectImap>::new();
    let sync = FormAction::<Sync>::new();
    let disconnect = FormAction::<Disconnect>::new();
    Effect::new(move |_| {
        if connect.output().is_some() || sync.output().is_some() || disconnect.output().is_some() {
            list.reload();
        }
    });
    // The IMAP form shows its own connection error.
    let initial = ["sync", "disconnect", "forget"]
        .into_iter()
        .chain(connection.oauth_provider().map(|_| "connect"))
        .find_map(|verb| flash::error_for(&connection.action(verb)));
    let (sync_error, disconnect_error) = (sync.error(initial), disconnect.error(None));
    let error = Signal::derive(move || disconnect_error.get().or_else(|| sync_error.get()));
    let connected = connect.succeeded(flash::succeeded(&connection.action("connect")));
    let id = connection.as_str();
    let is_empty = move || list.of(connection).is_empty();
    let ids = move || {
        let mailboxes = list.of(connection);
        mailboxes
            .into_iter()
            .map(|connected| connected.id)
            .collect::<Vec<_>>()
    };
    view! {
        <section class="surface mailbox-card" aria-labelledby=id>
            <div class="mailbox-card-header">
                {match connection {
                    Connection::Gmail => view! { <ProviderIcon of=Provider::Google /> }.into_any(),
                    Connection::Outlook | Connection::Imap => view! { <Icon of=Lucide::Mail /> }.into_any(),
                }}
                <h2 id=id>{connection.title()}</h2>
            </div>
            <p class="text-ink-2" hidden=move || !is_empty()>
                {connection.introduction()}
            </p>
            <FormError error />
            <FormSuccess
                when=connected
                text=format!(
                    "{} is connected. We're importing the last two years of email. New emails will sync automatically.",
                    connection.subject(),
                )
            />
            <DisconnectedNotice action=disconnect connection />
            <ul class="row-list" hidden=is_empty>
                <For each=ids key=|id| *id let:id>
                    <MailboxRow
                        connected=Signal::derive(move || list.find(id))
                        slug
                        is_available
                        sync
                        disconnect
                    />
                </For>
            </ul>
            {if connection == Connection::Imap {
                view! { <ImapConnectForm slug providers action=connect /> }.into_any()
            } else {
                (move || {
                    let (label, quiet) = if is_empty() {
                        (format!("Connect {}", connection.title()), false)
                    } else {
                        ("Connect another".to_owned(), true)
                    };
                    is_available.then(|| view! { <ConnectForm connection slug label quiet /> })
                })
                    .into_any()
            }}
        </section>
    }
    .into_any()
}
