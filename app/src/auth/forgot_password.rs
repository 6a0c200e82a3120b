//! `/forgot-password`.

use super::api::forgot_password::ForgotPassword;
use crate::{
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{Field, FormError, SubmitButton, action_error, action_succeeded, field_error},
};
use domain::routes::Route;
use leptos::prelude::*;

/// Sends a link that resets the password.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let action = ServerAction::<ForgotPassword>::new();
    let error = action_error(action, flash::error_for("auth/forgot_password"));
    let sent = action_succeeded(action, flash::succeeded("auth/forgot_password"));
    let email = StoredValue::new(flash::form_value("auth/forgot_password", "email"));
    let form = move || {
        view! {
            <h1>"Forgot your password?"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "Enter the email address of your account. We'll send you a link to choose a new password."
            </p>
            <ActionForm action=action>
                <Field
                    name="email"
                    label="Email"
                    kind="email"
                    autocomplete="username"
                    value=email.get_value()
                    maxlength=254
                    error=field_error(error, "email")
                />
                <FormError error />
                <SubmitButton label="Send link" pending_label="Sending" pending=action.pending() />
            </ActionForm>
            <BackToSignIn />
        }
    };
    view! {
        <SiteTitle page="Forgot your password?" />
        <AuthLayout>
            <Show when=move || sent.get() fallback=form>
                <div role="status">
                    <h1>"Check your email"</h1>
                    <p class="text-ink-2 mt-1">
                        "If there is an account with this address, we sent it an email with a link. The link is valid for one hour. If nothing arrives within a few minutes, check your spam folder and the address you entered."
                    </p>
                </div>
                <BackToSignIn />
            </Show>
        </AuthLayout>
    }
    .into_any()
}

#[component]
fn BackToSignIn() -> impl IntoView {
    view! {
        <p class="mt-6">
            <a class="link" href=Route::SignIn(None).to_string()>
                "Back to sign in"
            </a>
        </p>
    }
}
