//! The user's sessions.

use super::{
    Section,
    api::{revoke_other_sessions::RevokeOtherSessions, revoke_session::RevokeSession},
    load::SessionEntry,
};
use crate::{
    server::flash,
    ui::{ButtonKind, FormError, FormSuccess, Icon, Lucide, RowButton, SubmitButton, relative_time},
};
use domain::{auth::SessionKind, users::device_name};
use leptos::{prelude::*, server_fn::ServerFn as _};

const ACTIONS: [&str; 2] = ["settings/revoke_session", "settings/revoke_other_sessions"];

#[component]
pub fn SessionsSection(slug: String, sessions: Vec<SessionEntry>) -> impl IntoView {
    let error = Signal::stored(ACTIONS.into_iter().find_map(flash::error_for));
    let succeeded = Signal::stored(ACTIONS.into_iter().any(flash::succeeded));
    let has_others = sessions.iter().any(|entry| !entry.session.current);
    view! {
        <Section
            id="sessions"
            title="Sessions"
            description="Browsers and apps that are signed in. Sign out any session you don't recognize, then change your password."
        >
            <ul class="row-list">
                {sessions
                    .into_iter()
                    .map(|entry| view! { <SessionRow entry slug=slug.clone() /> })
                    .collect_view()}
            </ul>
            <FormError error />
            <FormSuccess when=succeeded text="Signed out." />
            {has_others
                .then(|| {
                    view! {
                        <form method="post" action=RevokeOtherSessions::url()>
                            <input type="hidden" name="slug" value=slug.clone() />
                            <div>
                                <SubmitButton
                                    label="Sign out all other sessions"
                                    pending_label="Signing out"
                                    kind=ButtonKind::Line
                                />
                            </div>
                        </form>
                    }
                })}
        </Section>
    }
    .into_any()
}

#[component]
fn SessionRow(entry: SessionEntry, slug: String) -> impl IntoView {
    let SessionEntry {
        session,
        signed_in_ago,
        last_seen_ago,
    } = entry;
    let (icon, kind) = match session.kind {
        SessionKind::Web => (Lucide::Monitor, "Browser"),
        SessionKind::Api => (Lucide::Terminal, "App"),
    };
    let name = match (&session.agent, session.kind) {
        (None, SessionKind::Web) => "A browser".to_owned(),
        (agent, _) => device_name(agent.as_deref()),
    };
    let id = session.id;
    let details = format!(
        "{kind} · signed in {}, last seen {}",
        relative_time(signed_in_ago),
        relative_time(last_seen_ago)
    );
    view! {
        <li>
            <Icon of=icon />
            <div>
                <b>{name.clone()}</b>
                <p>{details}</p>
            </div>
            {if session.current {
                view! {
                    <span class="settings-status" data-good="">
                        "This browser"
                    </span>
                }
                    .into_any()
            } else {
                view! {
                    <form method="post" action=RevokeSession::url()>
                        <input type="hidden" name="slug" value=slug />
                        <input type="hidden" name="session_id" value=id.to_string() />
                        <RowButton label="Sign out" aria_label=format!("Sign out {name}") class="btn-line" />
                    </form>
                }
                    .into_any()
            }}
        </li>
    }
}
