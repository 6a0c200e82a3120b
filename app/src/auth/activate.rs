//! `/activate`: the link of the email.

use super::api::verify_email::VerifyEmail;
use crate::{
    layout::{AuthLayout, SiteTitle},
    server::flash,
    ui::{FormError, SubmitButton, action_error, action_succeeded},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Confirms an email address. Opening the link does not use the token, because mail filters open links, too.
#[component]
pub fn ActivatePage() -> impl IntoView {
    let action = ServerAction::<VerifyEmail>::new();
    let error = action_error(action, flash::error_for("auth/verify_email"));
    let confirmed = action_succeeded(action, flash::succeeded("auth/verify_email"));
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    let token = StoredValue::new(token);
    let form = move || {
        view! {
            <h1>"Confirm your email"</h1>
            <p class="text-ink-2 mt-1 mb-6">"So you can reset your password, and we know our emails reach you."</p>
            <ActionForm action=action>
                <input type="hidden" name="token" value=token.get_value() />
                <FormError error />
                <SubmitButton label="Confirm" pending_label="Confirming" pending=action.pending() />
            </ActionForm>
        }
    };
    let missing_token = || {
        view! {
            <h1>"Open this page from the link in your email"</h1>
            <p class="text-ink-2 mt-1">"If you no longer have the email, send a new one from your settings."</p>
        }
    };
    view! {
        <SiteTitle page="Confirm your email" />
        <AuthLayout>
            <Show
                when=move || confirmed.get()
                fallback=move || {
                    if token.with_value(String::is_empty) {
                        missing_token().into_any()
                    } else {
                        form().into_any()
                    }
                }
            >
                <div role="status">
                    <h1>"Email confirmed"</h1>
                    <p class="text-ink-2 mt-1 mb-6">"You can close this page or continue."</p>
                </div>
                // A full page load, because the user may not be signed in.
                <a class="btn btn-primary w-full" rel="external" href=Route::Home.to_string()>
                    "Go to your board"
                </a>
            </Show>
        </AuthLayout>
    }
    .into_any()
}
