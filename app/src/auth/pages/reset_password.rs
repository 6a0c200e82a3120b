//! `/reset-password`: the link in the email that resets a password.

use crate::{
    auth::api::reset_password::ResetPassword,
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{Field, FormError, SubmitButton, field_error},
};
use domain::routes::Route;
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

/// Sets a new password. Opening the link does not consume the token, because mail filters open links, too.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/reset_password"));
    let changed = flash::succeeded("auth/reset_password");
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    let content = if changed {
        view! {
            <div role="status">
                <h1>"Password changed"</h1>
                <p class="text-ink-2 mt-1 mb-6">
                    "You were signed out everywhere. Sign in with your new password."
                </p>
            </div>
            <a class="btn btn-primary w-full" href=Route::SignIn(None).to_string()>
                "Sign in"
            </a>
        }
        .into_any()
    } else if token.is_empty() {
        view! {
            <h1>"Open this page from the link in your email"</h1>
            <p class="text-ink-2 mt-1">"If you no longer have the email, request a new one."</p>
            <SendAnotherLink />
        }
        .into_any()
    } else {
        view! {
            <h1>"Choose a new password"</h1>
            <p class="text-ink-2 mt-1 mb-6">"You will be signed out everywhere."</p>
            <form method="post" action=ResetPassword::url()>
                <input type="hidden" name="token" value=token />
                <Field
                    name="new_password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. A sentence works well."
                    maxlength=128
                    error=field_error(error, "new_password")
                />
                <FormError error />
                <SubmitButton label="Set password" pending_label="Setting password" />
            </form>
            <SendAnotherLink />
        }
        .into_any()
    };
    view! {
        <SiteTitle page="Choose a new password" />
        <AuthLayout>{content}</AuthLayout>
    }
    .into_any()
}

#[component]
fn SendAnotherLink() -> impl IntoView {
    view! {
        <p class="mt-6">
            <a class="link" href=Route::ForgotPassword.to_string()>
                "Send another email"
            </a>
        </p>
    }
}
