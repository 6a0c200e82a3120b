//! Which emails the user gets. Rendered by the server only: the form works without JavaScript.

use super::{Section, api::set_comment_emails::SetCommentEmails};
use crate::{
    server::flash,
    ui::{ButtonKind, FormSuccess, SubmitButton},
};
use domain::coaching::CommentEmails;
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTION: &str = "settings/set_comment_emails";

/// The switch of emails about coaching.
#[component]
pub fn NotificationsSection(slug: String, emails: CommentEmails) -> impl IntoView {
    let (state, value, label) = if emails.enabled {
        (
            "You get an email when a coach comments on one of your applications, assigns you a task or asks for access, and when a client answers your comment or gives you access: at most once an hour.",
            "off",
            "Turn emails about coaching off",
        )
    } else {
        (
            "You get no emails about comments, tasks and access. You find them on Today and on the pages of the applications.",
            "on",
            "Turn emails about coaching on",
        )
    };
    view! {
        <Section
            id="notifications"
            title="Notifications"
            description="Emails about coaching in all your workspaces: comments, tasks and access. Emails about the security of your account are always sent."
        >
            <p>{state}</p>
            <form method="post" action=SetCommentEmails::url()>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="emails" value=value />
                <FormSuccess when=Signal::stored(flash::succeeded(ACTION)) text="Saved." />
                <div>
                    <SubmitButton label pending_label="Saving" kind=ButtonKind::Line />
                </div>
            </form>
        </Section>
    }
    .into_any()
}
