//! The email address, and whether it is confirmed.

use super::{Section, api::resend_verification_email::ResendVerificationEmail};
use crate::{
    server::flash,
    ui::{ButtonKind, Form, FormAction, FormError, FormSuccess, Icon, Lucide, SubmitButton},
};
use domain::users::User;
use leptos::prelude::*;

const ACTION: &str = "settings/resend_verification_email";

#[component]
pub fn EmailSection(slug: String, user: User) -> impl IntoView {
    let action = FormAction::<ResendVerificationEmail>::new();
    let error = action.error(flash::error_for(ACTION));
    let sent = action.succeeded(flash::succeeded(ACTION));
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
            <Form action>
                <input type="hidden" name="slug" value=slug />
                <FormError error />
                <FormSuccess when=sent text="We sent you an email. The link is valid for three days." />
                <div>
                    <SubmitButton
                        label="Send email again"
                        pending_label="Sending"
                        kind=ButtonKind::Line
                    />
                </div>
            </Form>
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
