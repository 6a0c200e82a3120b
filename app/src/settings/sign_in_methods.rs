//! The user's sign-in methods: password and linked providers.

use super::{
    Section,
    api::{get_sign_in_methods::GetSignInMethods, unlink_identity::UnlinkIdentity},
};
use crate::{
    auth::{ProviderForm, ProviderIcon},
    error::AppError,
    server::flash,
    ui::{Form, FormAction, FormError, FormSuccess, Icon, Lucide, RowButton, fetch},
};
use domain::{
    auth::{AvailableProvider, Identity, SignInMethods},
    routes::{Route, WorkspacePage},
};
use leptos::{prelude::*, server_fn::ServerFn as _, task::spawn_local};

#[component]
pub fn SignInMethodsSection(
    slug: String,
    email: String,
    has_password: bool,
    methods: Result<SignInMethods, AppError>,
) -> impl IntoView {
    let action = FormAction::<UnlinkIdentity>::new();
    let initial =
        flash::error_for("settings/unlink_identity").or_else(|| flash::error_for("settings/link_identity"));
    let error = action.error(initial);
    let removed = action.succeeded(flash::succeeded("settings/unlink_identity"));
    let (slug, email) = (StoredValue::new(slug), StoredValue::new(email));
    let methods = RwSignal::new(methods);
    Effect::new(move |_| {
        if action.output().is_some() {
            spawn_local(async move {
                let current = fetch::call(GetSignInMethods::url(), &[("slug", &slug.get_value())]).await;
                methods.try_set(current);
            });
        }
    });
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
            {move || {
                    match methods.get() {
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
                }}
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
    action: FormAction<UnlinkIdentity>,
) -> impl IntoView {
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
                        <Form action>
                            <input type="hidden" name="slug" value=slug />
                            <input type="hidden" name="identity_id" value=id.to_string() />
                            <RowButton label="Remove" aria_label=label class="btn-line" />
                        </Form>
                    }
                })}
        </li>
    }
}
