//! `/register`.

use super::{
    api::register::Register,
    welcome::{Welcome, answer_of, of_field},
};
use crate::{
    error::Fail,
    flash,
    identities::ProviderButtons,
    ui::{Field, Refused, SiteTitle, Submit, js},
};
use domain::routes::Route;
use leptos::prelude::*;

/// E-mail, password, and what to be called.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let action = ServerAction::<Register>::new();
    let left = flash::refusal("users/register");
    let kept = left.as_ref().map(|flash| flash.kept.clone()).unwrap_or_default();
    let kept = move |name: &str| kept.get(name).cloned().unwrap_or_default();
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    // Days are counted in the person's own zone; the browser knows it, and without a script it is UTC.
    let zone = RwSignal::new(String::new());
    Effect::new(move |_| zone.set(js::time_zone()));
    view! {
        <SiteTitle thing="Create an account" />
        <Welcome>
            <h1>"Create an account"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "Have one? " <a class="a-link" href=Route::SignIn(None).to_string()>
                    "Sign in"
                </a>
            </p>
            <ProviderButtons />
            <ActionForm action=action>
                <Field
                    name="email"
                    label="E-mail"
                    kind="email"
                    autocomplete="username"
                    value=kept("email")
                    maxlength=254
                    error=of_field(fail, "email")
                />
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    hint="12 characters or more. A sentence works well."
                    maxlength=128
                    error=of_field(fail, "password")
                />
                <div class="pair">
                    <Field
                        name="first_name"
                        label="First name"
                        autocomplete="given-name"
                        value=kept("first_name")
                        maxlength=100
                        optional=true
                        error=of_field(fail, "first_name")
                    />
                    <Field
                        name="last_name"
                        label="Last name"
                        autocomplete="family-name"
                        value=kept("last_name")
                        maxlength=100
                        optional=true
                        error=of_field(fail, "last_name")
                    />
                </div>
                <input type="hidden" name="time_zone" prop:value=move || zone.get() />
                <Refused fail />
                <Submit label="Create account" busy_label="Creating account" busy=action.pending() />
            </ActionForm>
        </Welcome>
    }
    .into_any()
}
