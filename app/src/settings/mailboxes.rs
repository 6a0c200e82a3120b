//! The connected mailboxes. They are connected and disconnected on the import page.

use super::Section;
use crate::ui::{Icon, Lucide};
use domain::{
    mail::{Mailbox, MailboxKind, MailboxState},
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;

/// Address and state of each mailbox.
#[component]
pub fn MailboxesSection(
    slug: String,
    /// The mailboxes; `None` for coaches, who may not import email.
    mailboxes: Option<Vec<Mailbox>>,
) -> impl IntoView {
    let import = Route::Workspace(slug, WorkspacePage::Import).to_string();
    let Some(mailboxes) = mailboxes else {
        return view! {
            <Section id="mailboxes" title="Mailboxes" description="Coaches don’t track applications in this organization.">
                <p>"There is no mailbox to connect here. You can connect one in your personal workspace."</p>
            </Section>
        }
        .into_any();
    };
    let (is_empty, action) = if mailboxes.is_empty() {
        (true, "Connect a mailbox")
    } else {
        (false, "Manage mailboxes")
    };
    view! {
        <Section
            id="mailboxes"
            title="Mailboxes"
            description="Where JobHax looks for email about your applications. We don't store your email."
        >
            {is_empty
                .then(|| {
                    view! {
                        <p>"No mailbox is connected. Connect one, and JobHax adds applications and replies automatically."</p>
                    }
                })}
            <ul class="row-list" hidden=is_empty>
                {mailboxes.into_iter().map(mailbox_row).collect_view()}
            </ul>
            <div>
                <a class="btn btn-line" href=import>
                    {action}
                </a>
            </div>
        </Section>
    }
    .into_any()
}

fn mailbox_row(mailbox: Mailbox) -> AnyView {
    let kind = match mailbox.kind {
        MailboxKind::Gmail => "Gmail",
        MailboxKind::Imap => "IMAP",
        MailboxKind::Upload => "Uploaded",
    };
    let state = match mailbox.state {
        MailboxState::Ok => "connected",
        MailboxState::Syncing => "checking for new email",
        MailboxState::Paused => "connected, syncs only when you start it",
        MailboxState::ReconnectRequired => "connect it again to continue; nothing is lost",
    };
    view! {
        <li>
            <Icon of=Lucide::Mail />
            <div>
                <b>{mailbox.address}</b>
                <p>{format!("{kind} · {state}")}</p>
            </div>
        </li>
    }
    .into_any()
}
