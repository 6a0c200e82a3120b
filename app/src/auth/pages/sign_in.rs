//! `/sign-in`.

use crate::{
    auth::{api::sign_in::SignIn, demo_button::DemoOffer, provider_buttons::ProviderButtons},
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{Field, FormError, SubmitButton, field_error},
};
use domain::routes::Route;
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

/// Asks for email and password, then goes to the page that the user wanted to open.
#[component]
pub fn SignInPage() -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/sign_in"));
    let email = flash::form_value("auth/sign_in", "email");
    // Only our own pages are accepted; the server checks this again.
    let next = use_query_map()
        .read_untracked()
        .get("next")
        .and_then(|next| Route::parse(&next))
        .map(|route| route.to_string());
    view! {
        <SiteTitle page="Sign in" />
        <AuthLayout footer=DemoOffer>
            <h1>"Sign in"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "New here? " <a class="link" href=Route::Register(next.clone()).to_string()>
                    "Create an account"
                </a>
            </p>
            <ProviderButtons next=next.clone().unwrap_or_default() />
            <form method="post" action=SignIn::url() data-fetch>
                {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <Field
                    name="email"
                    label="Email"
                    kind="email"
                    autocomplete="username"
                    value=email
                    maxlength=254
                    error=field_error(error, "email")
                />
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    maxlength=128
                    error=field_error(error, "password")
                />
                <p class="-mt-1">
                    <a class="link text-xs" href=Route::ForgotPassword.to_string()>
                        "Forgot your password?"
                    </a>
                </p>
                <FormError error />
                <SubmitButton label="Sign in" pending_label="Signing in" />
            </form>
            <p class="mt-4 text-xs">
                <a class="link" href=Route::OrganizationSignIn.to_string()>
                    "Sign in with your organization"
                </a>
            </p>
        </AuthLayout>
    }
    .into_any()
}
