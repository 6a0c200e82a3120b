//! `/invitations/{token}`: the link of the email.

use super::{api::accept_invitation::AcceptInvitation, labels::as_role};
use crate::{
    error::AppError,
    layout::{AuthLayout, SiteTitle, api::sign_out::SignOut},
    server::{
        context::{client_info, require_any_workspace, services},
        flash,
        respond::respond,
    },
    status::set_page_error,
    ui::{ButtonKind, FormError, SubmitButton},
};
use domain::{
    ErrorCode,
    routes::{Route, SettingsSection},
    tenants::{InvitationPreview, InvitationToken},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_params_map;
use service::context::Caller;

/// Whom the link was opened by.
enum Visitor {
    SignedOut,
    /// The invited address, confirmed.
    Invited,
    /// The invited address, not confirmed yet.
    Unverified(Caller),
    Other(Caller),
}

/// Says what the invitation is to. Opening the link does not use it, because mail filters open links, too.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    view! {
        <SiteTitle page="Invitation" />
        <AuthLayout>
            {Suspend::new(async move {
                match load(&token).await {
                    Ok((invitation, visitor)) => view! { <Content token invitation visitor /> }.into_any(),
                    Err(error) => {
                        set_page_error(&error.0);
                        view! {
                            <h1>"This invitation cannot be opened"</h1>
                            <p class="text-ink-2 mt-1 mb-6">{error.0.detail}</p>
                            <a class="btn btn-line" href=Route::Home.to_string()>
                                "Go to your board"
                            </a>
                        }
                            .into_any()
                    }
                }
            })}
        </AuthLayout>
    }
    .into_any()
}

async fn load(token: &str) -> Result<(InvitationPreview, Visitor), AppError> {
    let services = services()?;
    let input = InvitationToken {
        token: token.to_owned(),
    };
    let found = service::organizations::find_invitation(&services, &input, &client_info()).await;
    let invitation = respond(found)?;
    let visitor = match require_any_workspace().await {
        Ok((_, caller)) if !caller.user.email.eq_ignore_ascii_case(&invitation.email) => {
            Visitor::Other(caller)
        }
        Ok((_, caller)) if !caller.user.email_verified => Visitor::Unverified(caller),
        Ok(_) => Visitor::Invited,
        Err(AppError(error)) if error.code == ErrorCode::Unauthorized => Visitor::SignedOut,
        Err(error) => return Err(error),
    };
    Ok((invitation, visitor))
}

#[component]
fn Content(token: String, invitation: InvitationPreview, visitor: Visitor) -> impl IntoView {
    let error = Signal::stored(flash::error_for("organizations/accept_invitation"));
    let InvitationPreview {
        tenant_name,
        inviter,
        role,
        email,
    } = invitation;
    let inviter = if inviter.is_empty() {
        "A member".to_owned()
    } else {
        inviter
    };
    let actions = match visitor {
        Visitor::SignedOut => {
            let next = Some(Route::Invitation(token).to_string());
            view! {
                <p class="mb-4">"Sign in or create an account with " <b>{email}</b> "."</p>
                <div class="provider-list">
                    <a class="btn btn-primary" href=Route::SignIn(next.clone()).to_string()>
                        "Sign in"
                    </a>
                    <a class="btn btn-line" href=Route::Register(next).to_string()>
                        "Create an account"
                    </a>
                </div>
            }
            .into_any()
        }
        Visitor::Invited => view! {
            <form method="post" action=AcceptInvitation::url() data-fetch>
                <input type="hidden" name="token" value=token />
                <FormError error />
                <SubmitButton label="Accept invitation" pending_label="Accepting" />
            </form>
        }
        .into_any(),
        Visitor::Unverified(caller) => {
            let settings = Route::Settings(caller.tenant.slug, SettingsSection::Profile).to_string();
            view! {
                <p class="mb-4">
                    "First confirm that " <b>{email}</b> " is yours: open the link in the email that we have sent you. Then come back to this page to join."
                </p>
                // An address that is still not confirmed is an error of the form.
                <form method="post" action=AcceptInvitation::url() data-fetch>
                    <input type="hidden" name="token" value=token />
                    <FormError error />
                    <SubmitButton label="I have confirmed it" pending_label="Checking" />
                </form>
                <a class="btn btn-line w-full mt-2" href=settings>
                    "Send the email again"
                </a>
            }
            .into_any()
        }
        Visitor::Other(caller) => view! {
            <p class="mb-4">
                "This invitation is for " <b>{email}</b> ", but you are signed in as " <b>{caller.user.email}</b>
                ". Sign out and open the link again, or ask for an invitation to your address."
            </p>
            <form method="post" action=SignOut::url()>
                <SubmitButton label="Sign out" pending_label="Signing out" kind=ButtonKind::Line />
            </form>
        }
        .into_any(),
    };
    view! {
        <h1>{format!("Join {tenant_name}")}</h1>
        <p class="text-ink-2 mt-1 mb-6">
            {format!("{inviter} invites you to {tenant_name} as {}.", as_role(role))}
        </p>
        {actions}
    }
    .into_any()
}
