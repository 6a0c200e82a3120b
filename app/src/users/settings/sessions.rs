//! What is signed in.

use super::Section;
use crate::{
    error::Fail,
    flash,
    ui::{Icon, Lucide, Refused, Submit, SubmitKind, Taken, ago},
    users::{
        SignedIn, answer_of,
        api::{
            get_sessions::get_sessions, revoke_other_sessions::RevokeOtherSessions,
            revoke_session::RevokeSession,
        },
        taken,
    },
};
use domain::users::{SessionKind, describe_agent};
use leptos::prelude::*;

#[component]
pub fn Sessions(slug: String) -> impl IntoView {
    let one = ServerAction::<RevokeSession>::new();
    let others = ServerAction::<RevokeOtherSessions>::new();
    let left =
        flash::refusal("users/revoke_session").or_else(|| flash::refusal("users/revoke_other_sessions"));
    let first = left.and_then(|flash| flash.error).map(Fail);
    let fail_one = answer_of(one, first);
    let fail_others = answer_of(others, None);
    let fail = Signal::derive(move || fail_others.get().or_else(|| fail_one.get()));
    let ended_one = taken(one, "users/revoke_session");
    let ended_others = taken(others, "users/revoke_other_sessions");
    let ended = Signal::derive(move || ended_one.get() || ended_others.get());
    let slug = StoredValue::new(slug);
    let sign_ins = Resource::new_blocking(
        move || (one.version().get(), others.version().get()),
        move |_| get_sessions(slug.get_value()),
    );
    view! {
        <Section
            id="sessions"
            title="Sessions"
            about="Browsers and programs that are signed in. End what you do not know, then change your password."
        >
            <Transition>
                {move || Suspend::new(async move {
                    match sign_ins.await {
                        Err(fail) => view! { <p class="form-error">{fail.0.detail}</p> }.into_any(),
                        Ok(sessions) => {
                            let alone = sessions.iter().all(|signed_in| signed_in.session.current);
                            view! {
                                <ul class="set-rows">
                                    {sessions
                                        .into_iter()
                                        .map(|signed_in| view! { <Row signed_in slug=slug.get_value() action=one /> })
                                        .collect_view()}
                                </ul>
                                <Refused fail />
                                <Taken when=ended text="Ended." />
                                {(!alone)
                                    .then(|| {
                                        view! {
                                            <ActionForm action=others>
                                                <input type="hidden" name="slug" value=slug.get_value() />
                                                <Submit
                                                    label="End all others"
                                                    busy_label="Ending"
                                                    busy=others.pending()
                                                    kind=SubmitKind::Line
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
fn Row(signed_in: SignedIn, slug: String, action: ServerAction<RevokeSession>) -> impl IntoView {
    let SignedIn {
        session,
        since,
        silent,
    } = signed_in;
    let (icon, what) = match session.kind {
        SessionKind::Web => (Lucide::Monitor, "Browser"),
        SessionKind::Api => (Lucide::Terminal, "Program"),
    };
    let name = match (&session.agent, session.kind) {
        (None, SessionKind::Web) => "A browser".to_owned(),
        (agent, _) => describe_agent(agent.as_deref()),
    };
    let id = session.id;
    let mine = move || action.input().get().is_some_and(|input| input.session_id == id);
    let busy = Signal::derive(move || action.pending().get() && mine());
    let times = format!("{what} · signed in {}, last seen {}", ago(since), ago(silent));
    view! {
        <li>
            <Icon of=icon />
            <div>
                <b>{name.clone()}</b>
                <p>{times}</p>
            </div>
            {if session.current {
                view! { <span class="set-state" data-good="">"This one"</span> }.into_any()
            } else {
                view! {
                    <ActionForm action=action>
                        <input type="hidden" name="slug" value=slug />
                        <input type="hidden" name="session_id" value=id.to_string() />
                        <button
                            class="btn btn-line btn-sm"
                            type="submit"
                            aria-label=format!("End {name}")
                            aria-busy=move || if busy.get() { "true" } else { "false" }
                        >
                            "End"
                        </button>
                    </ActionForm>
                }
                    .into_any()
            }}
        </li>
    }
}
