//! A running or finished import.

use super::{
    api::get_import::GetImport,
    format::{error_location, has_effects, import_summary, is_unreadable},
};
use crate::{
    error::AppError,
    ui::{Icon, IconSize, Lucide, RELOAD_TAG, count, fetch, group_thousands},
};
use domain::{
    mail::{Import, ImportError, ImportState},
    routes::{Route, WorkspacePage},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use std::time::Duration;

/// How often a running import is reloaded.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The progress of an import. Reloads until the import is finished.
#[component]
pub fn ImportProgress(
    slug: StoredValue<String>,
    /// The state of the import when the page was loaded or the upload ended.
    initial: Import,
) -> impl IntoView {
    let page = move |page| Route::Workspace(slug.get_value(), page).to_string();
    let is_running = initial.state == ImportState::Running;
    let import = RwSignal::new(initial);
    let poll_error = RwSignal::new(None::<AppError>);
    Effect::new(move |_| {
        if import.with_untracked(|import| import.state == ImportState::Running) {
            poll(slug, import, poll_error);
        }
    });
    view! {
        {is_running.then(|| view! { <noscript inner_html=RELOAD_TAG></noscript> })}
        {move || {
            import
                .with(|import| match import.state {
                    ImportState::Running => view! { <RunningImport import=import.clone() poll_error /> }.into_any(),
                    ImportState::Done | ImportState::Cancelled if import.dry_run => {
                        let page = Route::Import(slug.get_value(), import.id).to_string();
                        view! { <PreviewLink page import=import.clone() /> }.into_any()
                    }
                    ImportState::Done | ImportState::Failed | ImportState::Cancelled => {
                        view! { <FinishedImport
                                import=import.clone()
                                board=page(WorkspacePage::Board)
                                inbox=page(WorkspacePage::Inbox)
                            /> }.into_any()
                    }
                })
        }}
    }
    .into_any()
}

/// Reloads the import at an interval, starting after each response, until the import is finished or the user leaves the page.
fn poll(slug: StoredValue<String>, import: RwSignal<Import>, poll_error: RwSignal<Option<AppError>>) {
    set_timeout(
        move || {
            leptos::task::spawn_local(async move {
                let (Some(current_slug), Some(id)) = (
                    slug.try_get_value(),
                    import.try_with_untracked(|import| import.id.to_string()),
                ) else {
                    return;
                };
                let fields = [("slug", current_slug.as_str()), ("import_id", &id)];
                let is_running = match fetch::call::<Import>(GetImport::url(), &fields).await {
                    Ok(loaded) => {
                        let is_running = loaded.state == ImportState::Running;
                        poll_error.try_set(None);
                        import.try_set(loaded);
                        is_running
                    }
                    Err(error) => {
                        poll_error.try_set(Some(error));
                        true
                    }
                };
                if is_running && import.try_get_untracked().is_some() {
                    poll(slug, import, poll_error);
                }
            });
        },
        POLL_INTERVAL,
    );
}

#[component]
fn RunningImport(import: Import, poll_error: RwSignal<Option<AppError>>) -> impl IntoView {
    view! {
        <section class="surface progress-card" aria-label="Running import">
            <div class="progress-card-header">
                <Icon of=Lucide::MailOpen class="text-ink-3" />
                <b>"Importing your email"</b>
                <span class="grow"></span>
                <span class="num text-ink-3">{count(import.messages_seen, "email", "emails")}</span>
            </div>
            <progress class="progress-bar" aria-label="Importing your email"></progress>
            <p class="text-ink-2" role="status">
                {format!(
                    "{} read, {} found so far. You can leave this page. The import continues in the background.",
                    count(import.messages_seen, "email", "emails"),
                    count(import.applications_created, "application", "applications"),
                )}
            </p>
            {move || poll_error.get().map(|error| view! { <p class="text-ink-3">{error.0.detail}</p> })}
        </section>
    }
    .into_any()
}

/// The link to the findings of a preview.
#[component]
fn PreviewLink(page: String, import: Import) -> impl IntoView {
    let (text, label) = match import.state {
        ImportState::Done if is_unreadable(&import) => {
            ("Nothing could be read. Nothing has changed.", "See why")
        }
        ImportState::Done if !has_effects(&import) => {
            ("The preview found no new emails about applications.", "Details")
        }
        ImportState::Done => (
            "Your preview is ready. Nothing has changed yet.",
            "See the preview",
        ),
        _ => ("The preview was discarded. Nothing was imported.", "Details"),
    };
    view! {
        <section class="surface import-review" aria-label="Preview">
            <p role="status">{text}</p>
            <a class="btn btn-primary btn-sm" href=page>
                {label}
            </a>
        </section>
    }
    .into_any()
}

#[component]
fn FinishedImport(import: Import, board: String, inbox: String) -> impl IntoView {
    let failed = import.state != ImportState::Done;
    let is_unreadable = is_unreadable(&import);
    let counts = [
        (import.messages_seen, "emails read", ""),
        (import.applications_created, "new applications", ""),
        (
            import.applications_updated,
            "updates",
            "of applications, by one email each",
        ),
        (
            import.mails_ignored,
            "emails ignored",
            "already imported, not about a job, spam or drafts",
        ),
    ];
    let summary = if failed {
        "Everything imported so far is on your board.".into()
    } else {
        import_summary(&import)
    };
    let review = (import.mails_in_review > 0).then(|| {
        let text = count(import.mails_in_review, "email to review", "emails to review");
        let link = if import.mails_in_review == 1 {
            "Review it"
        } else {
            "Review them"
        };
        view! {
            <div class="import-review">
                <p>
                    <b>{format!("{text}. ")}</b>
                    "JobHax isn't sure, and changed nothing."
                </p>
                <a class="btn btn-line btn-sm" href=inbox>
                    {link}
                </a>
            </div>
        }
    });
    let import_state = import.state;
    let errors = import.errors;
    let error_count = count(i64::try_from(errors.len()).unwrap_or(0), "item", "items");
    view! {
        <section class="surface" aria-label="Finished import">
            <div class="progress-card">
                <div class="progress-card-header" role="status">
                    {if failed || is_unreadable {
                        view! { <Icon of=Lucide::CircleAlert class="text-interview-ink" /> }
                    } else {
                        view! { <Icon of=Lucide::Check class="text-offer-ink" /> }
                    }}
                    <b>{match import_state {
                        ImportState::Cancelled => "Import stopped",
                        ImportState::Failed => "Import failed",
                        _ if is_unreadable => "Nothing could be read",
                        ImportState::Running | ImportState::Done => "Import finished",
                    }}</b>
                </div>
                <p class="text-ink-2">{summary}</p>
            </div>
            <dl class="result-grid">
                {counts
                    .into_iter()
                    .map(|(n, label, note)| {
                        view! {
                            <div>
                                <dt>{label}</dt>
                                <dd>{group_thousands(n)}</dd>
                                {(!note.is_empty()).then(|| view! { <dd>{note}</dd> })}
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
            {(!errors.is_empty())
                .then(|| {
                    view! {
                        <div class="px-4 pt-3">
                            <h3>
                                {format!("{error_count} couldn't be read.")}
                                {(!is_unreadable).then_some(" Everything else was imported.")}
                            </h3>
                            <ErrorList errors />
                        </div>
                    }
                })}
            {review}
            <div class="p-4 pt-3">
                <a class="btn btn-primary btn-sm" href=board>
                    "Open the board"
                    <Icon of=Lucide::ArrowRight size=IconSize::Small />
                </a>
            </div>
        </section>
    }
    .into_any()
}

/// The emails that could not be read.
#[component]
pub fn ErrorList(errors: Vec<ImportError>) -> impl IntoView {
    let rows = errors
        .into_iter()
        .map(|error| {
            view! {
                <li>
                    <Icon of=Lucide::CircleAlert size=IconSize::Small />
                    <b>{error_location(&error)}</b>
                    <p>{error.detail}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="import-errors" tabindex="0" aria-label="Errors">
            {rows}
        </ul>
    }
}
