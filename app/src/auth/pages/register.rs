//! `/register`.

use crate::{
    auth::{api::register::Register, demo_button::DemoOffer, provider_buttons::ProviderButtons},
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{Field, FormError, SubmitButton, field_error},
};
use domain::{ErrorCode, routes::Route};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

/// Email, password and name.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/register"));
    // Only our own pages are accepted; the server checks this again.
    let next = use_query_map()
        .read_untracked()
        .get("next")
        .and_then(|next| Route::parse(&next))
        .map(|route| route.to_string());
    let sign_in = Route::SignIn(next.clone()).to_string();
    let value = |field| flash::form_value("auth/register", field);
    view! {
        <SiteTitle page="Create an account" />
        <AuthLayout footer=DemoOffer>
            <h1>"Create an account"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "Already have an account? " <a class="link" href=sign_in.clone()>
                    "Sign in"
                </a>
            </p>
            <ProviderButtons next=next.clone().unwrap_or_default() />
            <form method="post" action=Register::url() data-fetch>
                {next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <Field
                    name="email"
                    label="Email"
                    kind="email"
                    autocomplete="username"
                    value=value("email")
                    maxlength=254
                    error=field_error(error, "email")
                />
                <Field
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. A sentence works well."
                    maxlength=128
                    error=field_error(error, "password")
                />
                <div class="field-row">
                    <Field
                        name="first_name"
                        label="First name"
                        autocomplete="given-name"
                        value=value("first_name")
                        maxlength=100
                        optional=true
                        error=field_error(error, "first_name")
                    />
                    <Field
                        name="last_name"
                        label="Last name"
                        autocomplete="family-name"
                        value=value("last_name")
                        maxlength=100
                        optional=true
                        error=field_error(error, "last_name")
                    />
                </div>
                // The script of the page fills it in. Without it the time zone is UTC.
                <input type="hidden" name="time_zone" />
                <FormError
                    error
                    link=move || {
                        let code = ErrorCode::EmailTaken;
                        let is_taken = error.with(|error| error.as_ref().is_some_and(|error| error.0.code == code));
                        view! {
                            <span data-code=code.as_str() hidden=!is_taken>
                                " "
                                <a class="link" href=sign_in.clone()>
                                    "Sign in instead"
                                </a>
                            </span>
                        }
                    }
                />
                <SubmitButton label="Create account" pending_label="Creating account" />
            </form>
        </AuthLayout>
    }
    .into_any()
}
