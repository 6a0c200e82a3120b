//! `/register`.

use crate::{
    auth::{api::register::Register, demo_button::DemoOffer, provider_buttons::ProviderButtons},
    layout::{AuthLayout, SiteTitle},
    server::{
        context::{client_info, services},
        flash,
    },
    ui::{Field, FormError, SubmitButton, field_error},
};
use domain::{
    ErrorCode,
    routes::Route,
    tenants::{InvitationPreview, InvitationToken},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

/// The registration form. The email address is prefilled for users who follow an invitation.
#[component]
pub fn RegisterPage() -> impl IntoView {
    // Only our own pages are accepted; the server checks this again.
    let next = use_query_map()
        .read_untracked()
        .get("next")
        .and_then(|next| Route::parse(&next));
    view! {
        <SiteTitle page="Create an account" />
        <AuthLayout footer=DemoOffer>
            {Suspend::new(async move {
                let invitation = find_invitation(next.as_ref()).await;
                let next = next.map(|route| route.to_string());
                view! { <RegisterForm next invitation /> }
            })}
        </AuthLayout>
    }
    .into_any()
}

/// The invitation that the user followed. `None` if it can no longer be accepted; the invitation page explains why.
async fn find_invitation(next: Option<&Route>) -> Option<InvitationPreview> {
    let Some(Route::Invitation(token)) = next else {
        return None;
    };
    let token = InvitationToken { token: token.clone() };
    let services = services().ok()?;
    service::organizations::find_invitation(&services, &token, &client_info())
        .await
        .ok()
}

#[component]
fn RegisterForm(next: Option<String>, invitation: Option<InvitationPreview>) -> impl IntoView {
    let error = Signal::stored(flash::error_for("auth/register"));
    let sign_in = Route::SignIn(next.clone()).to_string();
    let value = |field| flash::form_value("auth/register", field);
    let entered = value("email");
    let hint = invitation.as_ref().map_or_else(String::new, |invitation| {
        let InvitationPreview {
            email, tenant_name, ..
        } = invitation;
        format!("Use {email}, the address of your invitation, to join {tenant_name} immediately.")
    });
    let email = match invitation {
        Some(invitation) if entered.is_empty() => invitation.email,
        _ => entered,
    };
    view! {
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
                value=email
                hint
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
            // Filled in by the page script. Without JavaScript the time zone is UTC.
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
    }
    .into_any()
}
