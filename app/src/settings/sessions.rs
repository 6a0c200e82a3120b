//! The user's sessions.

use super::{
    Section, SessionEntry,
    api::{
        get_sessions::GetSessions, revoke_other_sessions::RevokeOtherSessions, revoke_session::RevokeSession,
    },
};
use crate::{
    error::AppError,
    server::flash,
    ui::{
        ButtonKind, Form, FormAction, FormError, FormSuccess, Icon, Lucide, RowButton, SubmitButton, fetch,
        relative_time,
    },
};
use domain::{auth::SessionKind, users::device_name};
use leptos::{prelude::*, server_fn::ServerFn as _, task::spawn_local};

#[component]
pub fn SessionsSection(slug: String, sessions: Result<Vec<SessionEntry>, AppError>) -> impl IntoView {
    let revoke = FormAction::<RevokeSession>::new();
    let revoke_others = FormAction::<RevokeOtherSessions>::new();
    let initial = flash::error_for("settings/revoke_session")
        .or_else(|| flash::error_for("settings/revoke_other_sessions"));
    let one_error = revoke.error(initial);
    let others_error = revoke_others.error(None);
    let error = Signal::derive(move || others_error.get().or_else(|| one_error.get()));
    let one_succeeded = revoke.succeeded(flash::succeeded("settings/revoke_session"));
    let others_succeeded = revoke_others.succeeded(flash::succeeded("settings/revoke_other_sessions"));
    let succeeded = Signal::derive(move || one_succeeded.get() || others_succeeded.get());
    let slug = StoredValue::new(slug);
    let sessions = RwSignal::new(sessions);
    Effect::new(move |_| {
        if revoke.output().is_some() || revoke_others.output().is_some() {
            spawn_local(async move {
                let current = fetch::call(GetSessions::url(), &[("slug", &slug.get_value())]).await;
                sessions.try_set(current);
            });
        }
    });
    view! {
        <Section
            id="sessions"
            title="Sessions"
            description="Browsers and apps that are signed in. Sign out any session you don't recognize, then change your password."
        >
            {move || {
                    match sessions.get() {
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
                                            <Form action=revoke_others>
                                                <input type="hidden" name="slug" value=slug.get_value() />
                                                <SubmitButton
                                                    label="Sign out all other sessions"
                                                    pending_label="Signing out"
                                                    kind=ButtonKind::Line
                                                />
                                            </Form>
                                        }
                                    })}
                            }
                                .into_any()
                        }
                    }
                }}
        </Section>
    }
    .into_any()
}

#[component]
fn SessionRow(entry: SessionEntry, slug: String, action: FormAction<RevokeSession>) -> impl IntoView {
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
                    <Form action>
                        <input type="hidden" name="slug" value=slug />
                        <input type="hidden" name="session_id" value=id.to_string() />
                        <RowButton label="Sign out" aria_label=format!("Sign out {name}") class="btn-line" />
                    </Form>
                }
                    .into_any()
            }}
        </li>
    }
}
