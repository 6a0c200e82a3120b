//! The user's sign-in methods: password and linked providers.

use super::{Section, api::unlink_identity::UnlinkIdentity};
use crate::{
    auth::{ProviderForm, ProviderIcon},
    server::flash,
    ui::{FormError, FormSuccess, Icon, Lucide, RowButton},
};
use domain::{
    auth::{AvailableProvider, Identity, SignInMethods},
    routes::{Route, SettingsSection},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

const UNLINK_ACTION: &str = "settings/unlink_identity";
const LINK_ACTION: &str = "settings/link_identity";

#[component]
pub fn SignInMethodsSection(
    slug: String,
    /// The email address, if the user has a password.
    email: Option<String>,
    methods: SignInMethods,
) -> impl IntoView {
    let error = Signal::stored(
        [UNLINK_ACTION, LINK_ACTION]
            .into_iter()
            .find_map(flash::error_for),
    );
    let removed = Signal::stored(flash::succeeded(UNLINK_ACTION));
    let password = Route::Settings(slug.clone(), SettingsSection::Password).to_string();
    let removable = methods.is_removable();
    view! {
        <Section
            id="methods"
            title="Sign-in methods"
            description="How you sign in. At least one method is required."
        >
            <ul class="row-list">
                <li>
                    <Icon of=Lucide::Mail />
                    <div>
                        <b>"Email and password"</b>
                        <p>{email.clone().unwrap_or_else(|| "No password yet".to_owned())}</p>
                    </div>
                    {email
                        .is_none()
                        .then(|| {
                            view! {
                                <a class="btn btn-line btn-sm" href=password>
                                    "Set password"
                                </a>
                            }
                        })}
                </li>
                {methods
                    .identities
                    .into_iter()
                    .map(|identity| view! { <IdentityRow identity slug=slug.clone() removable /> })
                    .collect_view()}
            </ul>
            <AddProvider slug providers=methods.offers />
            <FormError error />
            <FormSuccess when=removed text="Removed." />
        </Section>
    }
    .into_any()
}

/// A button for each provider that can be linked.
#[component]
fn AddProvider(slug: String, providers: Vec<AvailableProvider>) -> impl IntoView {
    let page = Route::Settings(slug, SettingsSection::Accounts).to_string();
    (!providers.is_empty()).then(|| {
        view! {
            <div class="provider-list">
                {providers
                    .into_iter()
                    .map(|provider| view! { <ProviderForm provider verb="Add" purpose="link" next=page.clone() /> })
                    .collect_view()}
            </div>
        }
    })
}

/// A linked account of a provider.
#[component]
fn IdentityRow(identity: Identity, slug: String, removable: bool) -> impl IntoView {
    let id = identity.id;
    let label = format!("Remove {}", identity.name);
    view! {
        <li>
            <ProviderIcon of=identity.provider />
            <div>
                <b>{identity.name}</b>
                <p>{identity.email}</p>
            </div>
            {removable
                .then(|| {
                    view! {
                        <form method="post" action=UnlinkIdentity::url()>
                            <input type="hidden" name="slug" value=slug />
                            <input type="hidden" name="identity_id" value=id.to_string() />
                            <RowButton label="Remove" aria_label=label class="btn-line" />
                        </form>
                    }
                })}
        </li>
    }
}
