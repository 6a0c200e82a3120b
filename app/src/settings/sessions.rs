//! The user's sessions.

use super::{
    Section, SessionEntry,
    api::{
        get_sessions::get_sessions, revoke_other_sessions::RevokeOtherSessions, revoke_session::RevokeSession,
    },
};
use crate::{
    server::flash,
    ui::{
        ButtonKind, FormError, FormSuccess, Icon, Lucide, SubmitButton, action_error, action_succeeded,
        relative_time,
    },
};
use domain::{auth::SessionKind, users::device_name};
use leptos::prelude::*;

#[component]
pub fn SessionsSection(slug: String) -> impl IntoView {
    let revoke = ServerAction::<RevokeSession>::new();
    let revoke_others = ServerAction::<RevokeOtherSessions>::new();
    let initial = flash::error_for("settings/revoke_session")
        .or_else(|| flash::error_for("settings/revoke_other_sessions"));
    let one_error = action_error(revoke, initial);
    let others_error = action_error(revoke_others, None);
    let error = Signal::derive(move || others_error.get().or_else(|| one_error.get()));
    let one_succeeded = action_succeeded(revoke, flash::succeeded("settings/revoke_session"));
    let others_succeeded =
        action_succeeded(revoke_others, flash::succeeded("settings/revoke_other_sessions"));
    let succeeded = Signal::derive(move || one_succeeded.get() || others_succeeded.get());
    let slug = StoredValue::new(slug);
    let sessions = Resource::new_blocking(
        move || (revoke.version().get(), revoke_others.version().get()),
        move |_| get_sessions(slug.get_value()),
    );
    view! {
        <Section
            id="sessions"
            title="Sessions"
            description="Browsers and apps that are signed in. Sign out any session you don't recognize, then change your password."
        >
            <Transition>
                {move || Suspend::new(async move {
                    match sessions.await {
                        Err(error) => view! { <p class="form-error">{error.0.detail}</p> }.into_any(),
                        Ok(sessions) => {
                            let has_others = sessions.iter().any(|entry| !entry.session.current);
                            view! {
                                <ul class="row-list">
                                    {sessions
                                        .into_iter()
                                        .map(|entry| view! { <SessionRow entry slug=slug.get_value() action=revoke /> })
                                        .collect_view()}
                                </ul>
                                <FormError error />
                                <FormSuccess when=succeeded text="Signed out." />
                                {has_others
                                    .then(|| {
                                        view! {
                                            <ActionForm action=revoke_others>
                                                <input type="hidden" name="slug" value=slug.get_value() />
                                                <SubmitButton
                                                    label="Sign out all other sessions"
                                                    pending_label="Signing out"
                                                    pending=revoke_others.pending()
                                                    kind=ButtonKind::Line
                                                />
                                            </ActionForm>
                                        }
                                    })}
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </Section>
    }
    .into_any()
}

#[component]
fn SessionRow(entry: SessionEntry, slug: String, action: ServerAction<RevokeSession>) -> impl IntoView {
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
    let is_target = move || action.input().get().is_some_and(|input| input.session_id == id);
    let pending = Signal::derive(move || action.pending().get() && is_target());
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
                    <ActionForm action=action>
                        <input type="hidden" name="slug" value=slug />
                        <input type="hidden" name="session_id" value=id.to_string() />
                        <button
                            class="btn btn-line btn-sm"
                            type="submit"
                            aria-label=format!("Sign out {name}")
                            aria-busy=move || if pending.get() { "true" } else { "false" }
                        >
                            "Sign out"
                        </button>
                    </ActionForm>
                }
                    .into_any()
            }}
        </li>
    }
}
