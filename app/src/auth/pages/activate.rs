//! `/activate`: the link in the email that confirms an address.

use crate::{
    auth::api::verify_email::VerifyEmail,
    layout::{AuthLayout, SiteTitle},
    server::{flash, next_page},
    ui::{FormError, SubmitButton},
};
use domain::routes::Route;
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

/// Confirms an email address when the form is submitted. Opening the link does not consume the token, because mail filters open
/// links, too.
#[component]
pub fn ActivatePage() -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/verify_email"));
    let confirmed = flash::succeeded("auth/verify_email");
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    let content = if confirmed {
        let (href, label) = match next_page::take() {
            Some(page @ Route::Invitation(_)) => (page, "Continue to your invitation"),
            Some(page) => (page, "Continue"),
            None => (Route::Home, "Go to your board"),
        };
        view! {
            <div role="status">
                <h1>"Email confirmed"</h1>
                <p class="text-ink-2 mt-1 mb-6">"You can close this page or continue."</p>
            </div>
            <a class="btn btn-primary w-full" href=href.to_string()>
                {label}
            </a>
        }
        .into_any()
    } else if token.is_empty() {
        view! {
            <h1>"Open this page from the link in your email"</h1>
            <p class="text-ink-2 mt-1">"If you no longer have the email, send a new one from your settings."</p>
        }
        .into_any()
    } else {
        view! {
            <h1>"Confirm your email"</h1>
            <p class="text-ink-2 mt-1 mb-6">"So you can reset your password, and we know our emails reach you."</p>
            <form method="post" action=VerifyEmail::url()>
                <input type="hidden" name="token" value=token />
                <FormError error />
                <SubmitButton label="Confirm" pending_label="Confirming" />
            </form>
        }
        .into_any()
    };
    view! {
        <SiteTitle page="Confirm your email" />
        <AuthLayout>{content}</AuthLayout>
    }
    .into_any()
}
