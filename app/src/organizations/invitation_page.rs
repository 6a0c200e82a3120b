//! `/invitations/{token}`: the link in the email of an invitation.

use super::{api::accept_invitation::AcceptInvitation, labels::as_role};
use crate::{
    error::AppError,
    layout::{AuthLayout, SiteTitle, api::sign_out::SignOut},
    server::{
        context::{client_info, require_any_workspace, services},
        flash, next_page,
        respond::respond,
    },
    status::set_page_error,
    ui::{ButtonKind, FormError, FormSuccess, SubmitButton},
};
use domain::{
    ErrorCode,
    routes::Route,
    tenants::{InvitationPreview, InvitationToken},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_params_map;
use service::{Services, context::Caller};

/// The endpoint of the form that resends the confirmation email.
const RESEND: &str = "settings/resend_verification_email";

/// The user who opened the link.
enum Visitor {
    SignedOut,
    /// A user with the invited address, which is confirmed.
    Invited,
    /// A user with the invited address, which is not confirmed yet.
    Unverified(Caller),
    Other(Caller),
}

/// Describes the invitation. Opening the link does not consume it, because mail filters open links, too.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    view! {
        <SiteTitle page="Invitation" />
        <AuthLayout>
            {Suspend::new(async move {
                match load(&token).await {
                    Ok((invitation, visitor)) => view! { <Content token invitation visitor /> }.into_any(),
                    Err(error) => ended(token, error).await,
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

/// An invitation that cannot be accepted. Members get a link to the organization, others an explanation.
async fn ended(token: String, AppError(error): AppError) -> AnyView {
    let reader = require_any_workspace().await;
    if let (ErrorCode::LinkExpired, Ok((services, caller))) = (error.code, &reader)
        && let Some((name, start)) = find_membership(services, caller, &token).await
    {
        return view! {
            <h1>{format!("You are a member of {name}")}</h1>
            <p class="text-ink-2 mt-1 mb-6">"You do not need this invitation any more."</p>
            <a class="btn btn-primary" href=start.to_string()>
                {format!("Go to {name}")}
            </a>
        }
        .into_any();
    }
    set_page_error(&error);
    let (text, href, label) = match reader {
        Err(AppError(reason)) if reason.code == ErrorCode::Unauthorized => {
            let next = Some(Route::Invitation(token).to_string());
            let hint = "If you have accepted it, sign in to get to the organization.";
            (format!("{} {hint}", error.detail), Route::SignIn(next), "Sign in")
        }
        Ok((services, caller)) if error.code == ErrorCode::LinkExpired => {
            let user = &caller.user;
            let pending = service::organizations::find_pending_organization(&services, user).await;
            let text = pending.ok().flatten().map_or(error.detail, |name| {
                format!(
                    "A newer invitation to {name} was sent to {}. Open the link in that email.",
                    user.email
                )
            });
            (text, Route::Home, "Go to your board")
        }
        _ => (error.detail, Route::Home, "Go to your board"),
    };
    view! {
        <h1>"This invitation cannot be opened"</h1>
        <p class="text-ink-2 mt-1 mb-6">{text}</p>
        <a class="btn btn-line" href=href.to_string()>
            {label}
        </a>
    }
    .into_any()
}

/// The name and the start page of the organization of this invitation if the user is a member.
async fn find_membership(services: &Services, caller: &Caller, token: &str) -> Option<(String, Route)> {
    let (user, token) = (caller.user.id, token.to_owned());
    let input = InvitationToken { token };
    let joined = service::organizations::find_joined_tenant(services, user, &input).await;
    let tenant = joined.ok().flatten()?;
    let start = service::jobapps::start_page(services, user, &tenant).await.ok()?;
    Some((tenant.name, start))
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
                    <a class="btn btn-line" href=Route::SignIn(next.clone()).to_string()>
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
            let page = Route::Invitation(token.clone());
            next_page::remember(&page);
            let resend_error = Signal::stored(flash::error_for(RESEND));
            let sent = Signal::stored(flash::succeeded(RESEND));
            view! {
                <p class="mb-4">
                    "First confirm that " <b>{email}</b> " is yours: open the link in the email that we have sent you. Then come back to this page to join."
                </p>
                // If the address is still not confirmed, the form shows an error.
                <form method="post" action=AcceptInvitation::url() data-fetch>
                    <input type="hidden" name="token" value=token />
                    <FormError error />
                    <SubmitButton label="I have confirmed it" pending_label="Checking" />
                </form>
                <form class="mt-2" method="post" action=format!("/_fn/{RESEND}")>
                    <input type="hidden" name="slug" value=caller.tenant.slug />
                    <input type="hidden" name="next" value=page.to_string() />
                    <FormError error=resend_error />
                    <FormSuccess when=sent text="We sent you an email. The link is valid for three days." />
                    <SubmitButton label="Send the email again" pending_label="Sending" kind=ButtonKind::Line class="w-full" />
                </form>
            }
            .into_any()
        }
        Visitor::Other(caller) => view! {
            <p class="mb-4">
                "This invitation is for " <b>{email}</b> ", but you are signed in as " <b>{caller.user.email}</b>
                ". Sign out to use another account, or ask for an invitation to your address."
            </p>
            <form method="post" action=SignOut::url()>
                <input type="hidden" name="invitation" value=token />
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
