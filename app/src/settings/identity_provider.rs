//! The OpenID Connect provider of an organization.

use super::{Section, api::change_identity_provider::ChangeIdentityProvider};
use crate::{
    server::flash,
    ui::{ButtonKind, Field, FormError, FormSuccess, RowButton, SubmitButton, count, field_error},
};
use domain::tenants::{IdentityProvider, MAX_CLIENT_FIELD_LEN, MAX_ISSUER_LEN};
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/change_identity_provider";
const TEST_ACTION: &str = "settings/test_identity_provider";

#[component]
pub fn IdentityProviderSection(
    slug: String,
    provider: Option<IdentityProvider>,
    /// Redirect URI to register at the provider.
    callback_url: String,
) -> impl IntoView {
    let error = Signal::stored(flash::error_for(ACTION));
    let test_error = Signal::stored(flash::error_for(TEST_ACTION));
    let saved = Signal::stored(flash::succeeded(ACTION));
    let tested = Signal::stored(flash::succeeded(TEST_ACTION));
    let was_rejected = error.read_untracked().is_some();
    let initial = |field: &str, current: Option<&str>| {
        if was_rejected {
            flash::form_value(ACTION, field)
        } else {
            current.unwrap_or_default().to_owned()
        }
    };
    let issuer = initial("issuer", provider.as_ref().map(|p| p.issuer.as_str()));
    let client_id = initial("client_id", provider.as_ref().map(|p| p.client_id.as_str()));
    let has_provider = provider.is_some();
    let state = provider.map(|provider| {
        let requirement = provider
            .activated_at
            .map(|_| view! { <Requirement slug=slug.clone() provider=provider.clone() /> });
        view! {
            <ProviderState slug=slug.clone() provider />
            {requirement}
        }
    });
    let max_field = u32::try_from(MAX_CLIENT_FIELD_LEN).unwrap_or_default();
    view! {
        <Section
            id="identity-provider"
            title="Single sign-on"
            description="People with an address in your verified domains sign in with your OpenID Connect provider."
        >
            {state} <FormError error=test_error />
            <FormSuccess when=tested text="The test succeeded. People can sign in with it now." />
            <FormSuccess when=saved text="Saved." />
            <details class="confirm" open=was_rejected>
                <summary class="btn btn-line">
                    {if has_provider { "Change provider" } else { "Set up single sign-on" }}
                </summary>
                <form method="post" action=ChangeIdentityProvider::url()>
                    <input type="hidden" name="slug" value=slug />
                    <input type="hidden" name="change" value="set" />
                    <p>"Register this redirect URI at the provider, then enter the values that it shows."</p>
                    <p>
                        <code class="break-all">{callback_url}</code>
                    </p>
                    <Field
                        name="issuer"
                        label="Issuer"
                        value=issuer
                        maxlength=u32::try_from(MAX_ISSUER_LEN).unwrap_or_default()
                        hint="The https URL from the metadata of the provider."
                        error=field_error(error, "issuer")
                    />
                    <Field
                        name="client_id"
                        label="Client ID"
                        value=client_id
                        maxlength=max_field
                        error=field_error(error, "client_id")
                    />
                    <Field
                        name="client_secret"
                        label="Client secret"
                        kind="password"
                        autocomplete="off"
                        maxlength=max_field
                        hint="Stored encrypted, and never shown again."
                        error=field_error(error, "client_secret")
                    />
                    <FormError error />
                    <div>
                        <SubmitButton label="Save provider" pending_label="Saving" kind=ButtonKind::Line />
                    </div>
                </form>
            </details>
        </Section>
    }
    .into_any()
}

/// The switch that requires single sign-on, and the members it applies to.
#[component]
fn Requirement(slug: String, provider: IdentityProvider) -> impl IntoView {
    let (state, change, label) = if provider.required {
        (
            "Single sign-on is required.",
            "allow",
            "Allow other ways to sign in",
        )
    } else {
        ("Single sign-on is optional.", "require", "Require single sign-on")
    };
    let concerned = format!(
        "{} with an address in your verified domains must sign in with it when it is required. {} and {} sign in as before. Their API clients need an API key, created after signing in with it.",
        count(provider.covered_members, "member", "members"),
        count(provider.guests, "guest", "guests"),
        count(provider.owners, "owner", "owners"),
    );
    view! {
        <p>
            <b>{state}</b>
            " "
            {concerned}
        </p>
        <form method="post" action=ChangeIdentityProvider::url()>
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="change" value=change />
            <div>
                <SubmitButton label pending_label="Saving" kind=ButtonKind::Line />
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn ProviderState(slug: String, provider: IdentityProvider) -> impl IntoView {
    let state = match provider.activated_at {
        Some(at) => format!("Active since {}", at.format("%-d %B %Y")),
        None => "Not active yet: test it first.".to_owned(),
    };
    let test_class = match provider.activated_at {
        Some(_) => "btn-line",
        None => "btn-primary",
    };
    let consequence = match provider.activated_at {
        None => "No one signs in with it yet. To set it up again, you need its client secret.".to_owned(),
        Some(_) => format!(
            "{} with an address in your verified domains can no longer sign in with it, and must reset their password first if they have none. To set it up again, you need its client secret.",
            count(provider.covered_members, "member", "members"),
        ),
    };
    let issuer = provider.issuer;
    view! {
        <ul class="row-list member-list">
            <li>
                <div>
                    <b>{issuer.clone()}</b>
                    <p>{state}</p>
                </div>
                <form method="post" action="/auth/organization-test">
                    <input type="hidden" name="purpose" value="test" />
                    <input type="hidden" name="slug" value=slug.clone() />
                    <RowButton label="Test sign-in" aria_label="Test sign-in with the provider" class=test_class />
                </form>
                <details class="stage-delete">
                    <summary class="btn btn-quiet btn-sm" aria-label=format!("Delete {issuer}")>
                        "Delete"
                    </summary>
                    <form method="post" action=ChangeIdentityProvider::url()>
                        <input type="hidden" name="slug" value=slug />
                        <input type="hidden" name="change" value="delete" />
                        <p>{consequence}</p>
                        <RowButton label="Delete provider" aria_label=format!("Delete provider {issuer}") class="btn-error" />
                    </form>
                </details>
            </li>
        </ul>
    }
    .into_any()
}
