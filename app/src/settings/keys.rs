//! The user's API keys. Rendered by the server only: the forms work without JavaScript.

use super::{
    Section, api::revoke_api_key::RevokeApiKey, capture::CaptureSection, key_form::KeyForm,
    key_usage::KeyUsageSection, load, new_secret::NewSecret,
};
use crate::{
    error::AppError,
    layout::WorkspaceContext,
    server::{flash, respond::respond},
    ui::{FormError, FormSuccess, RowButton, relative_time},
};
use chrono::{DateTime, Utc};
use domain::{
    keys::{ApiKey, KeyUsage},
    routes::{Route, WorkspacePage},
    tenants::Role,
};
use leptos::{prelude::*, server_fn::ServerFn as _};

const ADD: &str = "settings/add_api_key";
const REVOKE: &str = "settings/revoke_api_key";

pub struct KeysData {
    slug: String,
    board_url: String,
    keys: Vec<ApiKey>,
    usage: Vec<KeyUsage>,
    role: Role,
    has_password: bool,
    now: DateTime<Utc>,
}

/// Loads the keys of the user in this workspace.
pub async fn load(workspace: &WorkspaceContext) -> Result<KeysData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let (keys, usage) = respond(service::keys::list_keys_with_usage(&services, &caller).await)?;
    let board = Route::Workspace(workspace.slug.clone(), WorkspacePage::Board);
    Ok(KeysData {
        slug: workspace.slug.clone(),
        board_url: format!("{}{board}", services.public_url),
        keys,
        usage,
        role: caller.tenant.role,
        has_password: load::account(workspace).await?.has_password,
        now: services.clock.now(),
    })
}

#[component]
pub fn KeysSection(data: KeysData) -> impl IntoView {
    let error = Signal::stored(flash::error_for(REVOKE));
    let revoked = Signal::stored(flash::succeeded(REVOKE));
    let is_empty = data.keys.is_empty();
    let rows = data
        .keys
        .into_iter()
        .map(|key| view! { <KeyRow slug=data.slug.clone() key now=data.now /> })
        .collect_view();
    view! {
        <Section
            id="api-keys"
            title="API keys"
            description="An app with a key acts as you in this workspace, within the scopes of the key."
        >
            <NewKey />
            <FormError error />
            <FormSuccess when=revoked text="Revoked. Apps with this key no longer have access." />
            {if is_empty {
                view! {
                    <p>
                        "You have no API keys here. Read the " <a class="link" href="/api/docs">"API documentation"</a>
                        ", then create your first key below."
                    </p>
                }
                    .into_any()
            } else {
                view! { <ul class="row-list member-list">{rows}</ul> }.into_any()
            }}
        </Section>
        <Section
            id="new-api-key"
            title="Create an API key"
            description="Choose only what the app needs. You can revoke the key at any time."
        >
            <KeyForm slug=data.slug role=data.role has_password=data.has_password />
        </Section>
        {(!is_empty).then(|| view! { <KeyUsageSection usage=data.usage /> })}
        <CaptureSection board_url=data.board_url />
    }
    .into_any()
}

/// The secret of the key that was just created.
#[component]
fn NewKey() -> impl IntoView {
    flash::succeeded(ADD).then(|| {
        let name = flash::form_value(ADD, "name");
        let text = format!("“{name}” is ready. Copy the key now: it is not shown again.");
        let secret = flash::form_value(ADD, "secret");
        view! { <NewSecret text label="API key" copy_label="Copy key" secret /> }
    })
}

#[component]
fn KeyRow(slug: String, key: ApiKey, now: DateTime<Utc>) -> impl IntoView {
    let ago = |at: DateTime<Utc>| relative_time((now - at).num_seconds());
    let expiry = match key.expires_at {
        None => "does not expire".to_owned(),
        Some(at) if at <= now => format!("expired {}", at.format("%-d %B %Y")),
        Some(at) => format!("expires {}", at.format("%-d %B %Y")),
    };
    let used = key
        .last_used_at
        .map_or_else(|| "never used".to_owned(), |at| format!("last used {}", ago(at)));
    let details = format!("Created {}, {used}, {expiry}", ago(key.created_at));
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let name = key.name;
    view! {
        <li>
            <div>
                <b>{name.clone()}</b>
                <p>
                    <code>{format!("{}…", key.prefix)}</code>
                    " "
                    {scopes.join(", ")}
                </p>
                <p>{details}</p>
            </div>
            <details class="stage-delete">
                <summary class="btn btn-quiet btn-sm" aria-label=format!("Revoke {name}")>
                    "Revoke"
                </summary>
                <form method="post" action=RevokeApiKey::url()>
                    <input type="hidden" name="slug" value=slug />
                    <input type="hidden" name="key_id" value=key.id.to_string() />
                    <p>"Apps with this key lose access immediately. This cannot be undone."</p>
                    <RowButton label="Revoke key" aria_label=format!("Revoke key {name}") class="btn-error" />
                </form>
            </details>
        </li>
    }
    .into_any()
}
