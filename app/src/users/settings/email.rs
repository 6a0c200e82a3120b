//! The address, and whether it is proved.

use super::Section;
use crate::{
    error::Fail,
    flash,
    ui::{Icon, Lucide, Refused, Submit, SubmitKind, Taken},
    users::{answer_of, api::resend_activation::ResendActivation, taken},
};
use domain::users::User;
use leptos::prelude::*;

#[component]
pub fn Email(slug: String, user: User) -> impl IntoView {
    let action = ServerAction::<ResendActivation>::new();
    let left = flash::refusal("users/resend_activation");
    let fail = answer_of(action, left.and_then(|flash| flash.error).map(Fail));
    let sent = taken(action, "users/resend_activation");
    let state = if user.email_verified {
        view! {
            <p class="set-state" data-good="">
                <Icon of=Lucide::Check />
                "Confirmed"
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="set-state">
                <Icon of=Lucide::CircleAlert />
                "Not confirmed yet. Open the link in our mail, or let us send it again."
            </p>
            <ActionForm action=action>
                <input type="hidden" name="slug" value=slug />
                <Refused fail />
                <Taken when=sent text="A mail is on its way. Its link holds for three days." />
                <div>
                    <Submit label="Send the mail again" busy_label="Sending" busy=action.pending() kind=SubmitKind::Line />
                </div>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <Section id="email" title="E-mail" about="Where you sign in with, and where mails about your account go.">
            <p class="set-value">{user.email}</p>
            {state}
        </Section>
    }
    .into_any()
}
