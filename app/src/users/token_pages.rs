//! The pages around mails: asking for one, and what their links lead to. Opening a link does nothing by itself: programs
//! that look into mails open links too. The button does.

use super::{
    api::{activate::Activate, forgot_password::ForgotPassword, reset_password::ResetPassword},
    welcome::{Welcome, answer_of, of_field, taken},
};
use crate::{
    error::Fail,
    flash,
    ui::{Field, Refused, SiteTitle, Submit},
};
use domain::routes::Route;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The token of the address, if it has one.
fn token() -> String {
    use_query_map().read_untracked().get("token").unwrap_or_default()
}

/// `/forgot-password`.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let action = ServerAction::<ForgotPassword>::new();
    let left = flash::refusal("users/forgot_password");
    let email = left
        .as_ref()
        .and_then(|flash| flash.kept.get("email").cloned())
        .unwrap_or_default();
    let email = StoredValue::new(email);
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    let sent = taken(action, "users/forgot_password");
    let form = move || {
        view! {
            <h1>"Forgot your password?"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "Type the address that you sign in with. We send you a link to choose a new password."
            </p>
            <ActionForm action=action>
                <Field
                    name="email"
                    label="E-mail"
                    kind="email"
                    autocomplete="username"
                    value=email.get_value()
                    maxlength=254
                    error=of_field(fail, "email")
                />
                <Refused fail />
                <Submit label="Send the link" busy_label="Sending" busy=action.pending() />
            </ActionForm>
            <Back />
        }
    };
    view! {
        <SiteTitle thing="Forgot your password?" />
        <Welcome known=true>
            <Show when=move || sent.get() fallback=form>
                <div role="status">
                    <h1>"Look into your mailbox"</h1>
                    <p class="text-ink-2 mt-1">
                        "If somebody has an account with this address, a mail with a link is on its way. The link holds for an hour. Nothing there after some minutes? Look for it in the spam folder, or check the address."
                    </p>
                </div>
                <Back />
            </Show>
        </Welcome>
    }
    .into_any()
}

#[component]
fn Back() -> impl IntoView {
    view! {
        <p class="mt-6">
            <a class="a-link" href=Route::SignIn(None).to_string()>
                "Back to sign-in"
            </a>
        </p>
    }
}

/// `/reset-password`.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let left = flash::refusal("users/reset_password");
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    let set = taken(action, "users/reset_password");
    let token = StoredValue::new(token());
    let form = move || {
        view! {
            <h1>"Choose a new password"</h1>
            <p class="text-ink-2 mt-1 mb-6">"Everything that is signed in to your account will be signed out."</p>
            <ActionForm action=action>
                <input type="hidden" name="token" value=token.get_value() />
                <Field
                    name="new_password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="12 characters or more. A sentence works well."
                    maxlength=128
                    error=of_field(fail, "new_password")
                />
                <Refused fail />
                <Submit label="Set password" busy_label="Setting password" busy=action.pending() />
            </ActionForm>
            <Another />
        }
    };
    let lost = move || {
        view! {
            <h1>"This page needs the link of a mail"</h1>
            <p class="text-ink-2 mt-1">"Open it from the mail, or ask for a new one."</p>
            <Another />
        }
    };
    view! {
        <SiteTitle thing="Choose a new password" />
        <Welcome known=true>
            <Show
                when=move || set.get()
                fallback=move || {
                    if token.with_value(String::is_empty) { lost().into_any() } else { form().into_any() }
                }
            >
                <div role="status">
                    <h1>"Your password is set"</h1>
                    <p class="text-ink-2 mt-1 mb-6">"Everything was signed out. Sign in with the new one."</p>
                </div>
                <a class="btn btn-primary w-full" href=Route::SignIn(None).to_string()>
                    "Sign in"
                </a>
            </Show>
        </Welcome>
    }
    .into_any()
}

#[component]
fn Another() -> impl IntoView {
    view! {
        <p class="mt-6">
            <a class="a-link" href=Route::ForgotPassword.to_string()>
                "Send another mail"
            </a>
        </p>
    }
}

/// `/activate`.
#[component]
pub fn ActivatePage() -> impl IntoView {
    let action = ServerAction::<Activate>::new();
    let left = flash::refusal("users/activate");
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    let confirmed = taken(action, "users/activate");
    let token = StoredValue::new(token());
    let form = move || {
        view! {
            <h1>"Confirm your e-mail"</h1>
            <p class="text-ink-2 mt-1 mb-6">
                "Then a forgotten password can be mended, and we know that our mails reach you."
            </p>
            <ActionForm action=action>
                <input type="hidden" name="token" value=token.get_value() />
                <Refused fail />
                <Submit label="Confirm" busy_label="Confirming" busy=action.pending() />
            </ActionForm>
        }
    };
    let lost = move || {
        view! {
            <h1>"This page needs the link of a mail"</h1>
            <p class="text-ink-2 mt-1">"Open it from the mail. The settings send a new one."</p>
        }
    };
    view! {
        <SiteTitle thing="Confirm your e-mail" />
        <Welcome known=true>
            <Show
                when=move || confirmed.get()
                fallback=move || {
                    if token.with_value(String::is_empty) { lost().into_any() } else { form().into_any() }
                }
            >
                <div role="status">
                    <h1>"Your e-mail is confirmed"</h1>
                    <p class="text-ink-2 mt-1 mb-6">"That is all. You can close this page or go on."</p>
                </div>
                // Another document: whether somebody is signed in shows there.
                <a class="btn btn-primary w-full" rel="external" href=Route::Home.to_string()>
                    "Go to your board"
                </a>
            </Show>
        </Welcome>
    }
    .into_any()
}
