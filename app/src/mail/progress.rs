//! An import that is being read, or was.

use super::{
    api::get_import::get_import,
    words::{counted, grouped, outcome, place},
};
use crate::{
    error::Fail,
    ui::{Icon, Lucide, Problem, Size},
};
use domain::{
    ImportId,
    mail::{Import, ImportState},
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;
use std::time::Duration;

/// How often the page looks again.
const EVERY: Duration = Duration::from_secs(1);
/// The same for a page without a script: it loads again.
pub(super) const RELOAD: &str = r#"<meta http-equiv="refresh" content="2">"#;

/// The import, looked at again each second until it is over.
#[component]
pub fn Watched(
    /// The workspace.
    slug: String,
    /// Which import.
    id: ImportId,
) -> impl IntoView {
    let board = Route::Workspace(slug.clone(), WorkspacePage::Board).to_string();
    let import = Resource::new_blocking(|| (), {
        let slug = slug.clone();
        move |()| get_import(slug.clone(), id)
    });
    let slug = StoredValue::new(slug);
    view! {
        <Transition fallback=|| view! { <div class="skeleton-box h-28"></div> }>
            {
                let board = board.clone();
                move || {
                    let board = board.clone();
                    Suspend::new(async move {
                        match import.await {
                            Ok(import) => view! { <Live slug id first=import board /> }.into_any(),
                            Err(fail) => view! { <Problem fail /> }.into_any(),
                        }
                    })
                }
            }
        </Transition>
    }
    .into_any()
}

#[component]
fn Live(slug: StoredValue<String>, id: ImportId, first: Import, board: String) -> impl IntoView {
    let running = first.state == ImportState::Running;
    let now = RwSignal::new(first);
    let lost = RwSignal::new(None::<Fail>);
    Effect::new(move |_| {
        if now.with_untracked(|now| now.state == ImportState::Running) {
            look_again(slug, id, now, lost);
        }
    });
    view! {
        {running.then(|| view! { <noscript inner_html=RELOAD></noscript> })}
        {move || {
            now.with(|import| match import.state {
                ImportState::Running => view! { <Running import=import.clone() lost /> }.into_any(),
                ImportState::Done | ImportState::Failed => {
                    view! { <Finished import=import.clone() board=board.clone() /> }.into_any()
                }
            })
        }}
    }
    .into_any()
}

/// A look each second, the next one only after the last came back. Ends with the import or with the page.
fn look_again(slug: StoredValue<String>, id: ImportId, now: RwSignal<Import>, lost: RwSignal<Option<Fail>>) {
    set_timeout(
        move || {
            leptos::task::spawn_local(async move {
                let Some(slug_now) = slug.try_get_value() else {
                    return;
                };
                let again = match get_import(slug_now, id).await {
                    Ok(import) => {
                        let again = import.state == ImportState::Running;
                        lost.try_set(None);
                        now.try_set(import);
                        again
                    }
                    Err(fail) => {
                        lost.try_set(Some(fail));
                        true
                    }
                };
                if again && now.try_get_untracked().is_some() {
                    look_again(slug, id, now, lost);
                }
            });
        },
        EVERY,
    );
}

#[component]
fn Running(import: Import, lost: RwSignal<Option<Fail>>) -> impl IntoView {
    view! {
        <section class="surface job" aria-label="Running import">
            <div class="job-head">
                <Icon of=Lucide::MailOpen class="text-ink-3" />
                <b>"Reading your mail"</b>
                <span class="grow"></span>
                <span class="num text-ink-3">{counted(import.messages_seen, "mail", "mails")}</span>
            </div>
            <progress class="progress-l" aria-label="Reading your mail"></progress>
            <p class="text-ink-2" role="status">
                {format!(
                    "{} read, {} so far. You can leave this page; it goes on.",
                    counted(import.messages_seen, "mail", "mails"),
                    counted(import.applications_created, "application", "applications"),
                )}
            </p>
            {move || lost.get().map(|fail| view! { <p class="text-ink-3">{fail.0.detail}</p> })}
        </section>
    }
    .into_any()
}

#[component]
fn Finished(import: Import, board: String) -> impl IntoView {
    let failed = import.state == ImportState::Failed;
    let numbers = [
        (import.messages_seen, "mails read", String::new()),
        (import.applications_created, "new applications", String::new()),
        (
            import.applications_updated,
            "brought up to date",
            "moved or completed".to_owned(),
        ),
        (
            import.mails_ignored,
            "changed nothing",
            "known, or not about a job".to_owned(),
        ),
    ];
    let said = if failed {
        "It could not go on. What was read until then is on your board.".into()
    } else {
        outcome(&import)
    };
    let errors = import.errors;
    let unread = counted(i64::try_from(errors.len()).unwrap_or(0), "thing", "things");
    view! {
        <section class="surface" aria-label="Finished import">
            <div class="job">
                <div class="job-head" role="status">
                    {if failed {
                        view! { <Icon of=Lucide::CircleAlert class="text-interview-ink" /> }
                    } else {
                        view! { <Icon of=Lucide::Check class="text-offer-ink" /> }
                    }}
                    <b>{if failed { "The import stopped" } else { "Your mail was read" }}</b>
                </div>
                <p class="text-ink-2">{said}</p>
            </div>
            <dl class="res">
                {numbers
                    .into_iter()
                    .map(|(n, what, more)| {
                        view! {
                            <div>
                                <dt>{what}</dt>
                                <dd>{grouped(n)}</dd>
                                {(!more.is_empty()).then(|| view! { <dd>{more}</dd> })}
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
            {(!errors.is_empty())
                .then(|| {
                    view! {
                        <div class="px-4 pt-3">
                            <h3>{format!("{unread} could not be read; the rest was")}</h3>
                            <ul class="flaws" tabindex="0" aria-label="What could not be read">
                                {errors
                                    .into_iter()
                                    .map(|error| {
                                        view! {
                                            <li>
                                                <Icon of=Lucide::CircleAlert size=Size::Small />
                                                <b>{place(&error)}</b>
                                                <p>{error.detail}</p>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        </div>
                    }
                })}
            <div class="p-4 pt-3">
                <a class="btn btn-primary btn-sm" href=board>
                    "Open the board"
                    <Icon of=Lucide::ArrowRight size=Size::Small />
                </a>
            </div>
        </section>
    }
    .into_any()
}
