//! The ways in. Each is a row: what it is, and what can be done about it.

use super::Section;
use crate::{
    error::Fail,
    flash,
    identities::{
        ProviderForm, ProviderMark,
        api::{get_methods::get_methods, unlink::Unlink},
    },
    ui::{Icon, Lucide, Refused, Taken},
    users::{answer_of, taken},
};
use domain::{
    identities::{Identity, Offer},
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;

#[component]
pub fn Methods(slug: String, email: String, has_password: bool) -> impl IntoView {
    let action = ServerAction::<Unlink>::new();
    let left = flash::refusal("identities/unlink").or_else(|| flash::refusal("identities/link"));
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    let removed = taken(action, "identities/unlink");
    let (slug, email) = (StoredValue::new(slug), StoredValue::new(email));
    let methods = Resource::new_blocking(
        move || action.version().get(),
        move |_| get_methods(slug.get_value()),
    );
    let say = move || {
        if has_password {
            email.get_value()
        } else {
            "No password yet. Choose one above.".to_owned()
        }
    };
    view! {
        <Section id="methods" title="Sign-in methods" about="The ways in which you can sign in. One always stays.">
            <Transition>
                {move || Suspend::new(async move {
                    match methods.await {
                        Err(fail) => view! { <p class="form-error">{fail.0.detail}</p> }.into_any(),
                        Ok(methods) => {
                            let removable = methods.removable();
                            view! {
                                <ul class="set-rows">
                                    <li>
                                        <Icon of=Lucide::Mail />
                                        <div>
                                            <b>"E-mail and password"</b>
                                            <p>{say()}</p>
                                        </div>
                                    </li>
                                    {methods
                                        .identities
                                        .into_iter()
                                        .map(|identity| {
                                            view! { <Linked identity slug=slug.get_value() removable action /> }
                                        })
                                        .collect_view()}
                                </ul>
                                <Offers slug=slug.get_value() offers=methods.offers />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
            <Refused fail />
            <Taken when=removed text="Removed." />
        </Section>
    }
    .into_any()
}

/// What can be added.
#[component]
fn Offers(slug: String, offers: Vec<Offer>) -> impl IntoView {
    let page = Route::Workspace(slug, WorkspacePage::Settings).to_string();
    (!offers.is_empty()).then(|| {
        view! {
            <div class="providers">
                {offers
                    .into_iter()
                    .map(|offer| {
                        let page = page.clone();
                        let next = Signal::derive(move || page.clone());
                        view! { <ProviderForm offer verb="Add" purpose="link" next /> }
                    })
                    .collect_view()}
            </div>
        }
    })
}

/// An account of a provider.
#[component]
fn Linked(identity: Identity, slug: String, removable: bool, action: ServerAction<Unlink>) -> impl IntoView {
    let id = identity.id;
    let mine = move || action.input().get().is_some_and(|input| input.identity_id == id);
    let busy = Signal::derive(move || action.pending().get() && mine());
    let label = format!("Remove {}", identity.name);
    view! {
        <li>
            <ProviderMark of=identity.provider />
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
                                aria-busy=move || if busy.get() { "true" } else { "false" }
                            >
                                "Remove"
                            </button>
                        </ActionForm>
                    }
                })}
        </li>
    }
}
