//! Mailboxes over IMAP: connecting, syncing and disconnecting them.

use super::{
    ConnectedMailbox,
    api::{
        connect_imap::ConnectImap, disconnect_imap::DisconnectImap, get_imap::GetImap, sync_imap::SyncImap,
    },
    disconnect_form::{DisconnectForm, DisconnectedNotice},
    import_progress::RELOAD_TAG,
    mailbox_row::MailboxRow,
    poll::poll_while,
};
use crate::{
    error::AppError,
    server::flash,
    ui::{
        Field, Form, FormAction, FormError, FormSuccess, Icon, Lucide, RowButton, SubmitButton, fetch,
        field_error,
    },
};
use domain::{
    ErrorCode,
    mail::{ImapProvider, ImapSecurity, MailboxState},
};
use leptos::{prelude::*, server_fn::ServerFn as _, task::spawn_local};

const CONNECT: &str = "mail/connect_imap";

/// The section. Empty if the user may not import email.
#[component]
pub fn ImapCard(
    slug: StoredValue<String>,
    /// The servers of email providers.
    providers: Vec<ImapProvider>,
    /// The mailboxes when the page was loaded.
    initial: Result<Vec<ConnectedMailbox>, AppError>,
) -> impl IntoView {
    if initial
        .as_ref()
        .is_err_and(|error| error.0.code == ErrorCode::Forbidden)
    {
        return ().into_any();
    }
    let providers = StoredValue::new(providers);
    let connect = FormAction::<ConnectImap>::new();
    let sync = FormAction::<SyncImap>::new();
    let disconnect = FormAction::<DisconnectImap>::new();
    let mailboxes = RwSignal::new(initial);
    let reload = move || {
        spawn_local(async move {
            let current = fetch::call(GetImap::url(), &[("slug", &slug.get_value())]).await;
            mailboxes.try_set(current);
        });
    };
    Effect::new(move |_| {
        if connect.output().is_some() || sync.output().is_some() || disconnect.output().is_some() {
            reload();
        }
    });
    // Closes the form of a mailbox that is connected; `reset` empties its fields.
    let connections = RwSignal::new(0_u32);
    Effect::new(move |_| {
        if connect.output().is_some() {
            connections.update(|n| *n += 1);
        }
    });
    let is_syncing = move || {
        mailboxes.get().is_ok_and(|mailboxes| {
            mailboxes
                .iter()
                .any(|connected| !connected.is_outlook && connected.mailbox.state == MailboxState::Syncing)
        })
    };
    poll_while(is_syncing, reload);
    let initial_error = ["mail/sync_imap", "mail/disconnect_imap"]
        .into_iter()
        .find_map(flash::error_for);
    let (sync_error, disconnect_error) = (sync.error(initial_error), disconnect.error(None));
    let error = Signal::derive(move || {
        let load_error = mailboxes.get().err();
        disconnect_error.get().or_else(|| sync_error.get()).or(load_error)
    });
    let connected = connect.succeeded(flash::succeeded(CONNECT));
    view! {
        <section class="surface mailbox-card" aria-labelledby="imap">
            {is_syncing().then(|| view! { <noscript inner_html=RELOAD_TAG></noscript> })}
            <div class="mailbox-card-header">
                <Icon of=Lucide::Mail />
                <h2 id="imap">"Any email provider"</h2>
            </div>
            <p class="text-ink-2">"iCloud, Yahoo, Fastmail, GMX and others, by IMAP with an app password."</p>
            <FormError error />
            <FormSuccess
                when=connected
                text="Your mailbox is connected. We're importing the last two years of email. New emails will sync automatically."
            />
            <DisconnectedNotice
                action=disconnect
                name="Mailbox"
                messages=("mail/disconnect_imap", "mail/forget_imap")
            />
            {move || {
                let mut mailboxes = mailboxes.get().unwrap_or_default();
                mailboxes.retain(|connected| !connected.is_outlook);
                (!mailboxes.is_empty())
                    .then(|| {
                        let rows = mailboxes
                            .into_iter()
                            .map(|connected| {
                                view! { <ImapRow connected slug=slug.get_value() sync disconnect /> }
                            })
                            .collect_view();
                        view! { <ul class="row-list">{rows}</ul> }
                    })
            }}
            {move || {
                connections.track();
                view! { <ConnectForm slug providers=providers.get_value() action=connect /> }
            }}
        </section>
    }
    .into_any()
}

/// A mailbox with its status and actions.
#[component]
pub fn ImapRow(
    connected: ConnectedMailbox,
    slug: String,
    sync: FormAction<SyncImap>,
    disconnect: FormAction<DisconnectImap>,
    /// The button that reconnects the mailbox, for providers with OAuth.
    #[prop(optional)]
    reconnect: Option<AnyView>,
) -> impl IntoView {
    let id = connected.mailbox.id.to_string();
    let address = connected.mailbox.address.clone();
    let sync_label = format!("Sync now: {address}");
    let can_sync = matches!(connected.mailbox.state, MailboxState::Ok | MailboxState::Paused)
        && connected.mailbox.import_id.is_none();
    let row_slug = slug.clone();
    let (sync_slug, sync_id) = (slug.clone(), id.clone());
    view! {
        <MailboxRow slug=row_slug connected>
            {reconnect}
            {can_sync
                .then(|| {
                    view! {
                        <Form action=sync>
                            <input type="hidden" name="slug" value=sync_slug />
                            <input type="hidden" name="mailbox_id" value=sync_id />
                            <RowButton label="Sync now" aria_label=sync_label class="btn-quiet" />
                        </Form>
                    }
                })}
            <DisconnectForm action=disconnect slug id address />
        </MailboxRow>
    }
    .into_any()
}

/// The form. Choosing a provider fills in its server; without a script, the server does so.
#[component]
fn ConnectForm(
    slug: StoredValue<String>,
    providers: Vec<ImapProvider>,
    action: FormAction<ConnectImap>,
) -> impl IntoView {
    let error = action.error(flash::error_for(CONNECT));
    let entered = |field| flash::form_value(CONNECT, field);
    let chosen = RwSignal::new(entered("provider"));
    let providers = StoredValue::new(providers);
    let provider = move || {
        let id = chosen.get();
        providers.with_value(|list| list.iter().find(|provider| provider.id == id).cloned())
    };
    let (host, port, security) = (entered("host"), entered("port"), entered("security"));
    let is_initial = StoredValue::new(chosen.get_untracked());
    // Errors that belong to a field although they are not validation errors.
    let of_code = move |codes: &'static [ErrorCode], field: &'static str| {
        let invalid = field_error(error, field);
        Signal::derive(move || {
            let error = error.get().filter(|error| codes.contains(&error.0.code));
            invalid.get().or_else(|| error.map(|error| error.0.detail))
        })
    };
    let host_error = of_code(
        &[
            ErrorCode::CertificateRefused,
            ErrorCode::HostRefused,
            ErrorCode::HostUnreachable,
        ],
        "host",
    );
    let password_error = of_code(&[ErrorCode::LoginRefused], "password");
    let other_error = Signal::derive(move || {
        error.get().filter(|error| {
            !matches!(
                error.0.code,
                ErrorCode::CertificateRefused
                    | ErrorCode::HostRefused
                    | ErrorCode::HostUnreachable
                    | ErrorCode::LoginRefused
            )
        })
    });
    let username = entered("username");
    let has_values = !username.is_empty();
    view! {
        <details class="imap-connect" open=has_values>
            <summary class="btn btn-line btn-sm">"Connect by IMAP"</summary>
            <Form action reset=true>
                <input type="hidden" name="slug" value=slug.get_value() />
                <p class="text-ink-2">
                    "JobHax reads your inbox, your archive and folders about applications. It cannot send, change or delete anything. You can disconnect at any time."
                </p>
                <FormError error=other_error />
                <div class="field">
                    <label for="f-provider">"Provider"</label>
                    <select
                        class="select"
                        id="f-provider"
                        name="provider"
                        on:change=move |event| chosen.set(event_target_value(&event))
                    >
                        <option value="other">"Another provider"</option>
                        {providers
                            .get_value()
                            .into_iter()
                            .map(|provider| {
                                let selected = provider.id == is_initial.get_value();
                                view! {
                                    <option value=provider.id selected=selected>
                                        {provider.name}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                    <div role="status" class="field-hint">{move || provider().map(provider_hint)}</div>
                </div>
                {move || {
                    let filled = provider().filter(|provider| provider.id != is_initial.get_value());
                    let (host, port, security) = match filled {
                        Some(provider) => (provider.host, provider.port.to_string(), provider.security),
                        None => (host.clone(), port.clone(), ImapSecurity::parse(&security).unwrap_or_default()),
                    };
                    view! {
                        <Field
                            name="host"
                            label="Server"
                            value=host
                            maxlength=253
                            optional=true
                            hint="Only needed if your provider is not listed."
                            error=host_error
                        />
                        <div class="field-row">
                            <Field
                                name="port"
                                label="Port"
                                value=port
                                maxlength=5
                                optional=true
                                hint="993, or 143 with STARTTLS."
                                error=field_error(error, "port")
                            />
                            <div class="field">
                                <label for="f-security">"Encryption"</label>
                                <select class="select" id="f-security" name="security">
                                    <option value="tls">"TLS"</option>
                                    <option value="starttls" selected=security == ImapSecurity::Starttls>
                                        "STARTTLS"
                                    </option>
                                </select>
                            </div>
                        </div>
                    }
                }}
                <Field
                    name="username"
                    label="User name"
                    value=username
                    hint="Usually your email address."
                    maxlength=1000
                    error=field_error(error, "username")
                />
                <Field
                    name="password"
                    label="App password"
                    kind="password"
                    maxlength=1000
                    hint="Stored encrypted. Most providers require a password that you create for this app alone."
                    error=password_error
                />
                <label class="checkbox-row">
                    <input type="checkbox" name="dry_run" value="on" />
                    "Show me a preview first"
                </label>
                <SubmitButton label="Connect" pending_label="Signing in" />
            </Form>
        </details>
    }
    .into_any()
}

/// Explains what the user must first do at the provider.
fn provider_hint(provider: ImapProvider) -> impl IntoView {
    view! {
        {provider.hint}
        {provider
            .help_url
            .map(|url| {
                view! {
                    " "
                    <a class="link" href=url target="_blank" rel="noopener noreferrer">
                        {format!("Instructions of {}", provider.name)}
                    </a>
                }
            })}
    }
}
