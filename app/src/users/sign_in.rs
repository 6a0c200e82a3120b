//! `/sign-in`.

use super::{
    api::sign_in::SignIn,
    welcome::{Welcome, answer_of, of_field},
};
use crate::{
    error::Fail,
    flash,
    identities::ProviderButtons,
    ui::{Field, Refused, SiteTitle, Submit},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// E-mail and password; then on to the page that was asked for.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let left = flash::refusal("users/sign_in");
    let email = left
        .as_ref()
        .and_then(|flash| flash.kept.get("email").cloned())
        .unwrap_or_default();
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    // Only a page of ours is passed on; the server checks it again.
    let next = use_query_map()
        .read_untracked()
        .get("next")
        .and_then(|next| Route::parse(&next));
    let next = next.map(|route| route.to_string());
    view! {
        <SiteTitle thing="Sign in" />
        <Welcome>
            <h1>"Sign in"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "New here? " <a class="a-link" href=Route::Register.to_string()>
                    "Create an account"
                </a>
            </p>
            <ProviderButtons next=next.clone().unwrap_or_default() />
            <ActionForm action=action>
                {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <Field
                    name="email"
                    label="E-mail"
                    kind="email"
                    autocomplete="username"
                    value=email
                    maxlength=254
                    error=of_field(fail, "email")
                />
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    maxlength=128
                    error=of_field(fail, "password")
                />
                <p class="-mt-1">
                    <a class="a-link text-xs" href=Route::ForgotPassword.to_string()>
                        "Forgot your password?"
                    </a>
                </p>
                <Refused fail />
                <Submit label="Sign in" busy_label="Signing in" busy=action.pending() />
            </ActionForm>
        </Welcome>
    }
    .into_any()
}
