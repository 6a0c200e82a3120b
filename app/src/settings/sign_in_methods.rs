//! The user's sign-in methods: password and linked providers.

use super::{
    Section,
    api::{get_sign_in_methods::get_sign_in_methods, unlink_identity::UnlinkIdentity},
};
use crate::{
    auth::{ProviderForm, ProviderIcon},
    server::flash,
    ui::{FormError, FormSuccess, Icon, Lucide, action_error, action_succeeded},
};
use domain::{
    auth::{AvailableProvider, Identity},
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;

#[component]
pub fn SignInMethodsSection(slug: String, email: String, has_password: bool) -> impl IntoView {
    let action = ServerAction::<UnlinkIdentity>::new();
    let initial =
        flash::error_for("settings/unlink_identity").or_else(|| flash::error_for("settings/link_identity"));
    let error = action_error(action, initial);
    let removed = action_succeeded(action, flash::succeeded("settings/unlink_identity"));
    let (slug, email) = (StoredValue::new(slug), StoredValue::new(email));
    let methods = Resource::new_blocking(
        move || action.version().get(),
        move |_| get_sign_in_methods(slug.get_value()),
    );
    let password_status = move || {
        if has_password {
            email.get_value()
        } else {
            "No password yet. Set one above.".to_owned()
        }
    };
    view! {
        <Section
            id="methods"
            title="Sign-in methods"
            description="How you sign in. At least one method is required."
        >
            <Transition>
                {move || Suspend::new(async move {
                    match methods.await {
                        Err(error) => view! { <p class="form-error">{error.0.detail}</p> }.into_any(),
                        Ok(methods) => {
                            let removable = methods.is_removable();
                            view! {
                                <ul class="row-list">
                                    <li>
                                        <Icon of=Lucide::Mail />
                                        <div>
                                            <b>"Email and password"</b>
                                            <p>{password_status()}</p>
                                        </div>
                                    </li>
                                    {methods
                                        .identities
                                        .into_iter()
                                        .map(|identity| {
                                            view! { <IdentityRow identity slug=slug.get_value() removable action /> }
                                        })
                                        .collect_view()}
                                </ul>
                                <AddProvider slug=slug.get_value() providers=methods.offers />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
            <FormError error />
            <FormSuccess when=removed text="Removed." />
        </Section>
    }
    .into_any()
}

/// A button for each provider that can be linked.
#[component]
fn AddProvider(slug: String, providers: Vec<AvailableProvider>) -> impl IntoView {
    let page = Route::Workspace(slug, WorkspacePage::Settings).to_string();
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
fn IdentityRow(
    identity: Identity,
    slug: String,
    removable: bool,
    action: ServerAction<UnlinkIdentity>,
) -> impl IntoView {
    let id = identity.id;
    let is_target = move || action.input().get().is_some_and(|input| input.identity_id == id);
    let pending = Signal::derive(move || action.pending().get() && is_target());
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
                        <ActionForm action=action>
                            <input type="hidden" name="slug" value=slug />
                            <input type="hidden" name="identity_id" value=id.to_string() />
                            <button
                                class="btn btn-line btn-sm"
                                type="submit"
                                aria-label=label
                                aria-busy=move || if pending.get() { "true" } else { "false" }
                            >
                                "Remove"
                            </button>
                        </ActionForm>
                    }
                })}
        </li>
    }
}
