//! Gmail: connecting, syncing and disconnecting mailboxes.

use super::{
    ConnectedMailbox, GmailStatus,
    api::{disconnect::Disconnect, get_gmail::GetGmail, sync::Sync},
    connect_form::ConnectForm,
    disconnect_form::{DisconnectForm, DisconnectedNotice},
    import_progress::RELOAD_TAG,
    mailbox_row::MailboxRow,
    poll::poll_while,
};
use crate::{
    auth::ProviderIcon,
    error::AppError,
    server::flash,
    ui::{ButtonKind, Form, FormAction, FormError, FormSuccess, SubmitButton, fetch, until_next_result},
};
use domain::{
    ErrorCode,
    auth::Provider,
    mail::MailboxState,
    routes::{Route, WorkspacePage},
};
use leptos::{prelude::*, server_fn::ServerFn as _, task::spawn_local};

/// The section. Empty if Gmail is not available, or if the user may not import email.
#[component]
pub fn GmailCard(
    slug: StoredValue<String>,
    /// The status when the page was loaded.
    initial: Result<GmailStatus, AppError>,
) -> impl IntoView {
    let sync = FormAction::<Sync>::new();
    let disconnect = FormAction::<Disconnect>::new();
    let status = RwSignal::new(initial);
    let reload = move || {
        spawn_local(async move {
            let current = fetch::call(GetGmail::url(), &[("slug", &slug.get_value())]).await;
            status.try_set(current);
        });
    };
    Effect::new(move |_| {
        if sync.output().is_some() || disconnect.output().is_some() {
            reload();
        }
    });
    poll_while(
        move || status.get().is_ok_and(|status| status.is_syncing()),
        reload,
    );
    view! {
        {move || {
                match status.get() {
                    Ok(status) if status.available || !status.mailboxes.is_empty() => {
                        view! { <Mailboxes status slug=slug.get_value() sync disconnect /> }.into_any()
                    }
                    Ok(_) => ().into_any(),
                    Err(error) if error.0.code == ErrorCode::Forbidden => ().into_any(),
                    Err(error) => view! { <FormError error=Signal::stored(Some(error)) /> }.into_any(),
                }
            }}
    }
    .into_any()
}

#[component]
fn Mailboxes(
    status: GmailStatus,
    slug: String,
    sync: FormAction<Sync>,
    disconnect: FormAction<Disconnect>,
) -> impl IntoView {
    let initial = ["mail/connect", "mail/sync", "mail/disconnect"]
        .into_iter()
        .find_map(flash::error_for);
    let sync_error = sync.error(initial);
    let disconnect_error = disconnect.error(None);
    let error = Signal::derive(move || disconnect_error.get().or_else(|| sync_error.get()));
    let connected = until_next_result(flash::succeeded("mail/connect"));
    let is_syncing = status.is_syncing();
    let can_sync = status
        .mailboxes
        .iter()
        .any(|connected| connected.mailbox.state != MailboxState::ReconnectRequired);
    let is_empty = status.mailboxes.is_empty();
    let page = Route::Workspace(slug.clone(), WorkspacePage::Import).to_string();
    let slug = StoredValue::new(slug);
    view! {
        <section class="surface mailbox-card" aria-labelledby="gmail">
            {is_syncing.then(|| view! { <noscript inner_html=RELOAD_TAG></noscript> })}
            <div class="mailbox-card-header">
                <ProviderIcon of=Provider::Google />
                <h2 id="gmail">"Gmail"</h2>
                {can_sync
                    .then(|| {
                        view! {
                            <Form action=sync>
                                <input type="hidden" name="slug" value=slug.get_value() />
                                <SubmitButton
                                    label="Sync now"
                                    pending_label="Syncing"
                                    busy=Signal::stored(is_syncing)
                                    kind=ButtonKind::Line
                                    class="btn-sm"
                                />
                            </Form>
                        }
                    })}
            </div>
            {is_empty
                .then(|| {
                    view! {
                        <p class="text-ink-2">
                            "JobHax reads only emails from job platforms and employers\u{2019} application systems. It cannot send, change or delete anything. You can disconnect at any time."
                        </p>
                    }
                })}
            <FormError error />
            <FormSuccess
                when=connected
                text="Gmail is connected. We're importing the last two years of email. New emails will sync automatically."
            />
            <DisconnectedNotice action=disconnect name="Gmail" messages=("mail/disconnect", "mail/forget") />
            {(!is_empty)
                .then(|| {
                    view! {
                        <ul class="row-list">
                            {status
                                .mailboxes
                                .into_iter()
                                .map(|connected| {
                                    view! {
                                        <GmailRow
                                            connected
                                            slug=slug.get_value()
                                            page=page.clone()
                                            can_reconnect=status.available
                                            action=disconnect
                                        />
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
            {status
                .available
                .then(|| {
                    let label = if is_empty { "Connect Gmail" } else { "Connect another" };
                    view! { <ConnectForm provider="google" purpose="gmail" label page quiet=!is_empty /> }
                })}
        </section>
    }
    .into_any()
}

/// A mailbox with its status and actions.
#[component]
fn GmailRow(
    connected: ConnectedMailbox,
    slug: String,
    page: String,
    can_reconnect: bool,
    action: FormAction<Disconnect>,
) -> impl IntoView {
    let (id, address) = (
        connected.mailbox.id.to_string(),
        connected.mailbox.address.clone(),
    );
    let needs_reconnect = connected.mailbox.state == MailboxState::ReconnectRequired;
    view! {
        <MailboxRow slug=slug.clone() connected>
            {(needs_reconnect && can_reconnect).then(|| view! { <ConnectForm provider="google" purpose="gmail" label="Reconnect" page /> })}
            <DisconnectForm action slug id address />
        </MailboxRow>
    }
    .into_any()
}
