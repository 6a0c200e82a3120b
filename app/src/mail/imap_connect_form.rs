//! The form that connects a mailbox by IMAP.

use super::{api::connect_imap::ConnectImap, connection::Connection};
use crate::{
    error::AppError,
    server::flash,
    ui::{Field, Form, FormAction, FormError, SubmitButton, field_error},
};
use domain::{
    ErrorCode,
    mail::{ImapProvider, ImapSecurity},
};
use leptos::{html, prelude::*};

/// Errors that are shown next to the host field although they are not validation errors.
const HOST_ERRORS: &[ErrorCode] = &[
    ErrorCode::CertificateRefused,
    ErrorCode::HostRefused,
    ErrorCode::HostUnreachable,
];
const PASSWORD_ERRORS: &[ErrorCode] = &[ErrorCode::LoginRefused];

/// The form. Choosing a provider fills in its server; without JavaScript, our server does so when the form is submitted.
#[component]
pub fn ImapConnectForm(
    slug: StoredValue<String>,
    /// The servers of email providers.
    providers: StoredValue<Vec<ImapProvider>>,
    action: FormAction<ConnectImap>,
) -> impl IntoView {
    let flash_action = Connection::Imap.action("connect");
    let error = action.error(flash::error_for(&flash_action));
    let entered = |field| flash::form_value(&flash_action, field);
    let chosen = RwSignal::new(entered("provider"));
    let initial = StoredValue::new(chosen.get_untracked());
    let details = NodeRef::<html::Details>::new();
    // Closes the form and resets the provider once the mailbox is connected; `Form` resets the other fields.
    Effect::new(move |_| {
        if let (Some(()), Some(details)) = (action.output(), details.get_untracked()) {
            details.set_open(false);
            chosen.set(initial.get_value());
        }
    });
    let provider = move || {
        let id = chosen.get();
        providers.with_value(|list| list.iter().find(|provider| provider.id == id).cloned())
    };
    let of_code = move |codes: &'static [ErrorCode], field: &'static str| {
        let invalid = field_error(error, field);
        Signal::derive(move || {
            let error = error.get().filter(|error| codes.contains(&error.0.code));
            invalid.get().or_else(|| error.map(|error| error.0.detail))
        })
    };
    let host_error = of_code(HOST_ERRORS, "host");
    let password_error = of_code(PASSWORD_ERRORS, "password");
    let other_error = Signal::derive(move || {
        error.get().filter(|AppError(error)| {
            !HOST_ERRORS.contains(&error.code) && !PASSWORD_ERRORS.contains(&error.code)
        })
    });
    let username = entered("username");
    let has_values = !username.is_empty();
    view! {
        <details class="imap-connect" open=has_values node_ref=details>
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
                                let selected = provider.id == initial.get_value();
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
                {server_fields(
                    error,
                    host_error,
                    move || provider().filter(|provider| provider.id != initial.get_value()),
                )}
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

/// Server, port and encryption: those of the chosen provider, or the previously entered values.
fn server_fields(
    error: Signal<Option<AppError>>,
    host_error: Signal<Option<String>>,
    provider: impl Fn() -> Option<ImapProvider> + Send + 'static,
) -> AnyView {
    let action = Connection::Imap.action("connect");
    let [host, port, security] = ["host", "port", "security"].map(|field| flash::form_value(&action, field));
    let port_error = field_error(error, "port");
    let fields = move || {
        let (host, port, security) = match provider() {
            Some(provider) => (provider.host, provider.port.to_string(), provider.security),
            None => (
                host.clone(),
                port.clone(),
                ImapSecurity::parse(&security).unwrap_or_default(),
            ),
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
                    error=port_error
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
    };
    fields.into_any()
}

/// Explains what the user must do at the provider first.
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
