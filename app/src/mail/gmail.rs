//! Mail from Gmail: connecting it, how far it is, fetching what is new, ending it.

use super::{
    Connected, FromGmail,
    api::{disconnect::Disconnect, get_gmail::get_gmail, sync::Sync},
    progress::RELOAD,
};
use crate::{
    error::Fail,
    flash,
    identities::ProviderMark,
    ui::{Icon, Lucide, Refused, Size, Submit, SubmitKind, Taken, ago},
    users::{answer_of, taken},
};
use domain::{
    ErrorCode,
    identities::Provider,
    mail::MailboxState,
    routes::{Route, WorkspacePage},
};
use leptos::{leptos_dom::helpers::set_timeout_with_handle, prelude::*};
use std::time::Duration;

/// How often the page looks again while mail is being fetched.
const EVERY: Duration = Duration::from_secs(2);

/// The section. Nothing where no mailbox can be connected, or not by this person.
#[component]
pub fn Gmail(
    /// The workspace.
    slug: Memo<String>,
) -> impl IntoView {
    let sync = ServerAction::<Sync>::new();
    let disconnect = ServerAction::<Disconnect>::new();
    let gmail = Resource::new_blocking(
        move || (slug.get(), sync.version().get(), disconnect.version().get()),
        |(slug, ..)| get_gmail(slug),
    );
    // Looks again while something is under way; the next look only after the last came back.
    Effect::new(move |_| {
        let busy = gmail
            .get()
            .is_some_and(|answer| answer.is_ok_and(|gmail| gmail.busy()));
        if busy && let Ok(waiting) = set_timeout_with_handle(move || gmail.refetch(), EVERY) {
            on_cleanup(move || waiting.clear());
        }
    });
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match gmail.await {
                    Ok(gmail) if gmail.offered || !gmail.mailboxes.is_empty() => {
                        view! { <Shown gmail slug=slug.get_untracked() sync disconnect /> }.into_any()
                    }
                    Ok(_) => ().into_any(),
                    Err(fail) if fail.0.code == ErrorCode::Forbidden => ().into_any(),
                    Err(fail) => view! { <Refused fail=Signal::stored(Some(fail)) /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Shown(
    gmail: FromGmail,
    slug: String,
    sync: ServerAction<Sync>,
    disconnect: ServerAction<Disconnect>,
) -> impl IntoView {
    let left = ["mail/connect", "mail/sync", "mail/disconnect"]
        .into_iter()
        .find_map(flash::refusal)
        .and_then(|flash| flash.error)
        .map(Fail);
    let refused_sync = answer_of(sync, left);
    let refused_end = answer_of(disconnect, None);
    let fail = Signal::derive(move || refused_end.get().or_else(|| refused_sync.get()));
    let ended = taken(disconnect, "mail/disconnect");
    // Only as long as it is the last thing that happened.
    let came = flash::went_well("mail/connect");
    let came = Signal::derive(move || came && sync.version().get() + disconnect.version().get() == 0);
    let busy = gmail.busy();
    let open = gmail
        .mailboxes
        .iter()
        .any(|c| c.mailbox.state != MailboxState::ReconnectRequired);
    let none = gmail.mailboxes.is_empty();
    let page = Route::Workspace(slug.clone(), WorkspacePage::Import).to_string();
    let slug = StoredValue::new(slug);
    view! {
        <section class="surface gmail" aria-labelledby="gmail">
            {busy.then(|| view! { <noscript inner_html=RELOAD></noscript> })}
            <div class="gmail-head">
                <ProviderMark of=Provider::Google />
                <h2 id="gmail">"Gmail"</h2>
                {open
                    .then(|| {
                        view! {
                            <ActionForm action=sync>
                                <input type="hidden" name="slug" value=slug.get_value() />
                                <Submit
                                    label="Sync now"
                                    busy_label="Syncing"
                                    busy=Signal::derive(move || busy || sync.pending().get())
                                    kind=SubmitKind::Line
                                    class="btn-sm"
                                />
                            </ActionForm>
                        }
                    })}
            </div>
            {none
                .then(|| {
                    view! {
                        <p class="text-ink-2">
                            "JobHax reads what job platforms and employers\u{2019} systems sent you, and no other mail. It cannot send, change or delete anything. You can disconnect at any time."
                        </p>
                    }
                })}
            <Refused fail />
            <Taken when=came text="Gmail is connected. Mail of the last two years is read now, what is new by itself from then on." />
            <Taken when=ended text="Disconnected. What was read stays." />
            {(!none)
                .then(|| {
                    view! {
                        <ul class="set-rows">
                            {gmail
                                .mailboxes
                                .into_iter()
                                .map(|one| {
                                    view! {
                                        <Row one slug=slug.get_value() page=page.clone() offered=gmail.offered action=disconnect />
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
            {gmail
                .offered
                .then(|| {
                    let label = if none { "Connect Gmail" } else { "Connect another" };
                    view! { <Connect label page quiet=!none /> }
                })}
        </section>
    }
    .into_any()
}

/// The way to Google. Our server answers it with a page that goes on, so it is a form without a script too.
#[component]
fn Connect(
    /// What stands on the button.
    label: &'static str,
    /// The page to come back to.
    page: String,
    /// Whether it steps back behind others.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let class = if quiet {
        "btn btn-quiet btn-sm"
    } else {
        "btn btn-line btn-sm"
    };
    view! {
        <form method="post" action="/auth/google">
            <input type="hidden" name="purpose" value="gmail" />
            <input type="hidden" name="next" value=page />
            <button type="submit" class=class>
                {label}
            </button>
        </form>
    }
}

/// A mailbox: what it is, how far it is, what can be done.
#[component]
fn Row(
    one: Connected,
    slug: String,
    page: String,
    offered: bool,
    action: ServerAction<Disconnect>,
) -> impl IntoView {
    let Connected {
        mailbox,
        synced,
        failed,
    } = one;
    let id = mailbox.id;
    let shut = mailbox.state == MailboxState::ReconnectRequired;
    let mine = move || action.input().get().is_some_and(|input| input.mailbox_id == id);
    let pending = Signal::derive(move || action.pending().get() && mine());
    let (warns, said) = state(mailbox.state, synced, failed);
    view! {
        <li>
            <div>
                <b>{mailbox.address.clone()}</b>
                <p class="gmail-state" data-warns=warns.then_some("")>
                    {warns.then(|| view! { <Icon of=Lucide::CircleAlert size=Size::Small /> })}
                    <span role="status">{said}</span>
                </p>
            </div>
            {(shut && offered).then(|| view! { <Connect label="Connect again" page /> })}
            <ActionForm action=action>
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="mailbox_id" value=id.to_string() />
                <button
                    class="btn btn-quiet btn-sm"
                    type="submit"
                    aria-label=format!("Disconnect {}", mailbox.address)
                    aria-busy=move || if pending.get() { "true" } else { "false" }
                >
                    "Disconnect"
                </button>
            </ActionForm>
        </li>
    }
    .into_any()
}

/// How far a mailbox is, in a sentence, and whether something is wrong.
fn state(state: MailboxState, synced: Option<i64>, failed: Option<i64>) -> (bool, String) {
    match (state, synced, failed) {
        (MailboxState::Syncing, None, _) => (
            false,
            "Reading your mail. You can leave this page; it goes on.".into(),
        ),
        (MailboxState::Syncing, Some(_), _) => (false, "Looking for new mail.".into()),
        (MailboxState::ReconnectRequired, ..) => (
            true,
            "Gmail no longer lets JobHax read. Connect it again; nothing is lost.".into(),
        ),
        (MailboxState::Ok, _, Some(seconds)) => (
            true,
            format!(
                "Gmail did not answer {}. It is tried again by itself; nothing is lost.",
                ago(seconds)
            ),
        ),
        (MailboxState::Ok, Some(seconds), None) => (false, format!("Up to date, read {}", ago(seconds))),
        (MailboxState::Ok, None, None) => (false, "Not read yet".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_it_is() {
        for (is, synced, failed, warns, words) in [
            (MailboxState::Syncing, None, None, false, "Reading your mail"),
            (
                MailboxState::Syncing,
                Some(9),
                Some(7),
                false,
                "Looking for new mail",
            ),
            (MailboxState::Ok, Some(60), None, false, "read 1 minute ago"),
            (
                MailboxState::Ok,
                Some(999),
                Some(60),
                true,
                "did not answer 1 minute ago",
            ),
            (MailboxState::Ok, None, None, false, "Not read yet"),
            (
                MailboxState::ReconnectRequired,
                Some(9),
                Some(9),
                true,
                "Connect it again",
            ),
        ] {
            let (warned, said) = state(is, synced, failed);
            assert_eq!(warned, warns, "{said}");
            assert!(said.contains(words), "{said}");
        }
    }
}
