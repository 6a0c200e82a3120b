//! Mailboxes of Outlook.com and Microsoft 365: connecting, syncing and disconnecting them. They are read by IMAP.

use super::{
    ConnectedMailbox,
    api::{disconnect_imap::DisconnectImap, get_imap::GetImap, sync_imap::SyncImap},
    connect_form::ConnectForm,
    disconnect_form::DisconnectedNotice,
    imap_card::ImapRow,
    import_progress::RELOAD_TAG,
    poll::poll_while,
};
use crate::{
    error::AppError,
    server::flash,
    ui::{FormAction, FormError, FormSuccess, Icon, Lucide, fetch, until_next_result},
};
use domain::{
    mail::MailboxState,
    routes::{Route, WorkspacePage},
};
use leptos::{prelude::*, server_fn::ServerFn as _, task::spawn_local};

const CONNECT: &str = "mail/connect_outlook";

/// The section. Empty if Outlook is not available, or if the user may not import email.
#[component]
pub fn OutlookCard(
    slug: StoredValue<String>,
    /// Whether mailboxes can be connected.
    available: bool,
    /// The IMAP mailboxes when the page was loaded. The IMAP section reports an error, so this section ignores it.
    initial: Result<Vec<ConnectedMailbox>, AppError>,
) -> impl IntoView {
    let Ok(initial) = initial else {
        return ().into_any();
    };
    let sync = FormAction::<SyncImap>::new();
    let disconnect = FormAction::<DisconnectImap>::new();
    let mailboxes = RwSignal::new(of_outlook(initial));
    let reload = move || {
        spawn_local(async move {
            let current: Result<Vec<ConnectedMailbox>, AppError> =
                fetch::call(GetImap::url(), &[("slug", &slug.get_value())]).await;
            if let Ok(current) = current {
                mailboxes.try_set(of_outlook(current));
            }
        });
    };
    Effect::new(move |_| {
        if sync.output().is_some() || disconnect.output().is_some() {
            reload();
        }
    });
    let is_syncing = move || {
        mailboxes.with(|mailboxes| {
            mailboxes
                .iter()
                .any(|connected| connected.mailbox.state == MailboxState::Syncing)
        })
    };
    poll_while(is_syncing, reload);
    let (sync_error, disconnect_error) = (sync.error(flash::error_for(CONNECT)), disconnect.error(None));
    let error = Signal::derive(move || disconnect_error.get().or_else(|| sync_error.get()));
    let connected = until_next_result(flash::succeeded(CONNECT));
    let page = StoredValue::new(Route::Workspace(slug.get_value(), WorkspacePage::Import).to_string());
    let is_shown = move || available || mailboxes.with(|mailboxes| !mailboxes.is_empty());
    view! {
        {move || {
            is_shown()
                .then(|| {
                    let mailboxes = mailboxes.get();
                    let is_empty = mailboxes.is_empty();
                    view! {
                        <section class="surface mailbox-card" aria-labelledby="outlook">
                            {is_syncing().then(|| view! { <noscript inner_html=RELOAD_TAG></noscript> })}
                            <div class="mailbox-card-header">
                                <Icon of=Lucide::Mail />
                                <h2 id="outlook">"Outlook"</h2>
                            </div>
                            {is_empty
                                .then(|| {
                                    view! {
                                        <p class="text-ink-2">
                                            "For Outlook.com and Microsoft 365. JobHax reads your inbox, your archive and folders about applications. It does not send, change or delete anything. You can disconnect at any time."
                                        </p>
                                    }
                                })}
                            <FormError error />
                            <FormSuccess
                                when=connected
                                text="Outlook is connected. We're importing the last two years of email. New emails will sync automatically."
                            />
                            <DisconnectedNotice action=disconnect name="Outlook" />
                            {(!is_empty)
                                .then(|| {
                                    let rows = mailboxes
                                        .into_iter()
                                        .map(|connected| outlook_row(connected, slug, page, available, sync, disconnect))
                                        .collect_view();
                                    view! { <ul class="row-list">{rows}</ul> }
                                })}
                            {available
                                .then(|| {
                                    let label = if is_empty { "Connect Outlook" } else { "Connect another" };
                                    view! {
                                        <ConnectForm
                                            provider="microsoft"
                                            purpose="outlook"
                                            label
                                            page=page.get_value()
                                            quiet=!is_empty
                                        />
                                    }
                                })}
                        </section>
                    }
                })
        }}
    }
    .into_any()
}

fn of_outlook(mut mailboxes: Vec<ConnectedMailbox>) -> Vec<ConnectedMailbox> {
    mailboxes.retain(|connected| connected.is_outlook);
    mailboxes
}

/// A mailbox with its status and actions.
fn outlook_row(
    connected: ConnectedMailbox,
    slug: StoredValue<String>,
    page: StoredValue<String>,
    can_reconnect: bool,
    sync: FormAction<SyncImap>,
    disconnect: FormAction<DisconnectImap>,
) -> AnyView {
    let needs_reconnect = connected.mailbox.state == MailboxState::ReconnectRequired;
    let reconnect = if needs_reconnect && can_reconnect {
        view! { <ConnectForm provider="microsoft" purpose="outlook" label="Reconnect" page=page.get_value() /> }
            .into_any()
    } else {
        ().into_any()
    };
    view! { <ImapRow connected slug=slug.get_value() sync disconnect reconnect /> }.into_any()
}
