//! The email address and its confirmation.

use super::{Section, api::resend_verification_email::ResendVerificationEmail};
use crate::{
    server::flash,
    ui::{ButtonKind, FormError, FormSuccess, Icon, Lucide, SubmitButton},
};
use domain::users::User;
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/resend_verification_email";

#[component]
pub fn EmailSection(slug: String, user: User) -> impl IntoView {
    let status = if user.email_verified {
        view! {
            <p class="settings-status" data-good="">
                <Icon of=Lucide::Check />
                "Confirmed"
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="settings-status">
                <Icon of=Lucide::CircleAlert />
                "Not confirmed yet. Open the link in the email we sent you, or send it again."
            </p>
            <ResendForm slug next=String::new() />
        }
        .into_any()
    };
    view! {
        <Section id="email" title="Email" description="You sign in with this address and get emails about your account.">
            <p class="settings-value">{user.email}</p>
            {status}
        </Section>
    }
    .into_any()
}

/// The form that resends the confirmation email.
#[component]
pub fn ResendForm(
    slug: String,
    /// The page that shows the result; empty for the profile.
    next: String,
) -> impl IntoView {
    let error = Signal::stored(flash::error_for(ACTION));
    let sent = Signal::stored(flash::succeeded(ACTION));
    view! {
        <form method="post" action=ResendVerificationEmail::url()>
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="next" value=next />
            <FormError error />
            <FormSuccess when=sent text="We sent you an email. The link is valid for three days." />
            <div>
                <SubmitButton
                    label="Send email again"
                    pending_label="Sending"
                    kind=ButtonKind::Line
                />
            </div>
        </form>
    }
    .into_any()
}
