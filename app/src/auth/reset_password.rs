//! `/reset-password`: the link of the email.

use super::api::reset_password::ResetPassword;
use crate::{
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{Field, FormError, SubmitButton, action_error, action_succeeded, field_error},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Sets a new password. Opening the link does not use the token, because mail filters open links, too.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let error = action_error(action, flash::error_for("auth/reset_password"));
    let changed = action_succeeded(action, flash::succeeded("auth/reset_password"));
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    let token = StoredValue::new(token);
    let form = move || {
        view! {
            <h1>"Choose a new password"</h1>
            <p class="text-ink-2 mt-1 mb-6">"You will be signed out everywhere."</p>
            <ActionForm action=action>
                <input type="hidden" name="token" value=token.get_value() />
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
                <SubmitButton label="Set password" pending_label="Setting password" pending=action.pending() />
            </ActionForm>
            <SendAnotherLink />
        }
    };
    let missing_token = || {
        view! {
            <h1>"Open this page from the link in your email"</h1>
            <p class="text-ink-2 mt-1">"If you no longer have the email, request a new one."</p>
            <SendAnotherLink />
        }
    };
    view! {
        <SiteTitle page="Choose a new password" />
        <AuthLayout>
            <Show
                when=move || changed.get()
                fallback=move || {
                    if token.with_value(String::is_empty) {
                        missing_token().into_any()
                    } else {
                        form().into_any()
                    }
                }
            >
                <div role="status">
                    <h1>"Password changed"</h1>
                    <p class="text-ink-2 mt-1 mb-6">
                        "You were signed out everywhere. Sign in with your new password."
                    </p>
                </div>
                <a class="btn btn-primary w-full" href=Route::SignIn(None).to_string()>
                    "Sign in"
                </a>
            </Show>
        </AuthLayout>
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
