//! `/forgot-password`.

use crate::{
    auth::api::forgot_password::ForgotPassword,
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{Field, FormError, SubmitButton, field_error},
};
use domain::routes::Route;
use leptos::{prelude::*, server_fn::ServerFn as _};

/// Sends a link that resets the password.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/forgot_password"));
    let sent = flash::succeeded("auth/forgot_password");
    let content = if sent {
        view! {
            <div role="status">
                <h1>"Check your email"</h1>
                <p class="text-ink-2 mt-1">
                    "If there is an account with this address, we sent it an email with a link. The link is valid for one hour. If nothing arrives within a few minutes, check your spam folder and the address you entered."
                </p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <h1>"Forgot your password?"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "Enter the email address of your account. We'll send you a link to choose a new password."
            </p>
            <form method="post" action=ForgotPassword::url()>
                <Field
                    name="email"
                    label="Email"
                    kind="email"
                    autocomplete="username"
                    value=flash::form_value("auth/forgot_password", "email")
                    maxlength=254
                    error=field_error(error, "email")
                />
                <FormError error />
                <SubmitButton label="Send link" pending_label="Sending" />
            </form>
        }
        .into_any()
    };
    view! {
        <SiteTitle page="Forgot your password?" />
        <AuthLayout>{content} <BackToSignIn /></AuthLayout>
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
