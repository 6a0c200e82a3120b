//! `/w/{slug}/import/{id}`: an import, and the findings of its preview. Rendered by the server only.

use super::{
    findings::{FindingList, FindingRow, FindingTabs},
    format::{has_effects, import_summary, is_unreadable},
    import_progress::ErrorList,
};
use crate::{
    assets::WorkspaceScripts,
    error::AppError,
    layout::{ErrorPage, PageTitle, WorkspaceContext, use_workspace},
    server::{flash, respond::respond},
    ui::{FormError, RELOAD_TAG, count},
};
use domain::{
    ApiError, ImportId,
    inbox::{FindingAction, ListFindingsInput},
    mail::{Import, ImportError, ImportState},
    routes::WorkspacePage,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use service::platform::time_zone::local_time;

const PAGE_SIZE: u32 = 50;

/// The content of the page.
struct PageData {
    import: Import,
    rows: Vec<FindingRow>,
    next_cursor: Option<String>,
}

#[component]
pub fn ImportDetailPage() -> impl IntoView {
    let workspace = use_workspace();
    let id = use_params_map()
        .read_untracked()
        .get("id")
        .and_then(|id| id.parse().ok());
    let query = use_query_map().read_untracked().clone();
    let action = query
        .get("action")
        .and_then(|action| FindingAction::parse(&action));
    let cursor = query.get("cursor");
    view! {
        <PageTitle page="Import" />
        {Suspend::new(async move {
            match load(&workspace, id, action, cursor).await {
                Ok(data) => view! { <Content slug=workspace.slug action data /> }.into_any(),
                Err(error) => view! { <ErrorPage title="Import" error /> }.into_any(),
            }
        })}
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

async fn load(
    workspace: &WorkspaceContext,
    id: Option<ImportId>,
    action: Option<FindingAction>,
    cursor: Option<String>,
) -> Result<PageData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let import_id = id.ok_or_else(|| AppError(ApiError::not_found()))?;
    let import = respond(service::mail::get_import(&services, &caller, import_id).await)?;
    let input = ListFindingsInput {
        import_id,
        action,
        cursor,
        limit: Some(PAGE_SIZE),
    };
    let page = respond(service::mail::get_import_findings(&services, &caller, input).await)?;
    let rows = page.data.into_iter().map(|finding| FindingRow {
        sent_at: local_time(finding.sent_at, &caller.user.time_zone),
        finding,
    });
    Ok(PageData {
        rows: rows.collect(),
        next_cursor: page.pagination.next_cursor,
        import,
    })
}

#[component]
fn Content(slug: String, action: Option<FindingAction>, data: PageData) -> impl IntoView {
    let PageData {
        import,
        rows,
        next_cursor,
    } = data;
    let is_preview = import.dry_run;
    let is_ready = is_preview && import.state == ImportState::Done;
    let title = if is_preview {
        "Preview of your import"
    } else {
        "Import"
    };
    let error = ["mail/confirm_import", "mail/cancel_import"]
        .into_iter()
        .find_map(flash::error_for);
    view! {
        <header class="page-header">
            <h1>{title}</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            <div class="preview">
                {(import.state == ImportState::Running).then(|| view! { <div hidden inner_html=RELOAD_TAG></div> })}
                <Summary slug import=import.clone() error />
                {is_ready
                    .then(|| {
                        view! {
                            <FindingTabs import=import.clone() action />
                            <FindingList rows action next_cursor />
                        }
                    })}
                <Errors errors=import.errors />
            </div>
        </div>
    }
    .into_any()
}

/// The state of the import as text, and the available actions.
#[component]
fn Summary(slug: String, import: Import, error: Option<AppError>) -> impl IntoView {
    let workspace = use_workspace();
    let link = |page: WorkspacePage, label: &'static str| {
        view! {
            <a class="btn btn-line btn-sm" href=workspace.page(page)>
                {label}
            </a>
        }
        .into_any()
    };
    let form = |action: &'static str, label: &'static str, class: &'static str| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="slug" value=slug.clone() />
                <input type="hidden" name="import_id" value=import.id.to_string() />
                <button class=format!("btn btn-sm {class}") type="submit">
                    {label}
                </button>
            </form>
        }
        .into_any()
    };
    let (confirm, cancel) = ("/_fn/mail/confirm_import", "/_fn/mail/cancel_import");
    let read = count(import.messages_seen, "email", "emails");
    let (heading, text, actions) = match (import.dry_run, import.state) {
        (true, ImportState::Running) => (
            "Reading your email",
            format!("{read} read. Nothing is added to your board until you confirm."),
            vec![form(cancel, "Stop", "btn-line")],
        ),
        (true, ImportState::Done) if is_unreadable(&import) => (
            "Nothing could be read",
            "Nothing has changed. The errors below say why.".to_owned(),
            vec![
                form(cancel, "Discard", "btn-line"),
                link(WorkspacePage::Import, "Import other email"),
            ],
        ),
        (true, ImportState::Done) if !has_effects(&import) => (
            "Nothing to add",
            format!("{read} read, and none of them changes your board."),
            vec![
                form(cancel, "Discard", "btn-line"),
                link(WorkspacePage::Import, "Import other email"),
            ],
        ),
        (true, ImportState::Done) => (
            "Nothing has changed yet",
            format!(
                "{read} read. Importing them {}. You have an hour to decide.",
                effects(&import)
            ),
            vec![
                form(confirm, "Import", "btn-primary"),
                form(cancel, "Discard", "btn-line"),
            ],
        ),
        (false, ImportState::Running) => (
            "Importing your email",
            format!(
                "{} found so far. You can leave this page. The import continues in the background.",
                count(import.applications_created, "application", "applications")
            ),
            vec![form(cancel, "Stop", "btn-line")],
        ),
        (false, ImportState::Done) => (
            "Import finished",
            finished(&import),
            (import.mails_in_review > 0)
                .then(|| link(WorkspacePage::Inbox, "Review email"))
                .into_iter()
                .chain([link(WorkspacePage::Board, "Open the board")])
                .collect(),
        ),
        (_, ImportState::Failed) => (
            "Import failed",
            "Everything imported so far is on your board.".to_owned(),
            vec![link(WorkspacePage::Import, "Import again")],
        ),
        (true, ImportState::Cancelled) => (
            "Preview discarded",
            "Nothing was imported. A preview is kept for an hour.".to_owned(),
            vec![link(WorkspacePage::Import, "Import again")],
        ),
        (false, ImportState::Cancelled) => (
            "Import stopped",
            "What was imported before is on your board.".to_owned(),
            vec![
                link(WorkspacePage::Import, "Import again"),
                link(WorkspacePage::Board, "Open the board"),
            ],
        ),
    };
    view! {
        <section class="surface preview-summary" aria-labelledby="import-state">
            <div>
                <h2 id="import-state">{heading}</h2>
                <p class="text-ink-2" role="status">{text}</p>
                <FormError error=Signal::stored(error) />
            </div>
            <div class="preview-actions">{actions}</div>
        </section>
    }
    .into_any()
}

/// The result of a finished import, and what the user still has to decide.
fn finished(import: &Import) -> String {
    let summary = import_summary(import);
    match import.mails_in_review {
        0 => summary,
        n => format!(
            "{summary} {} for your review.",
            count(n, "email waits", "emails wait")
        ),
    }
}

/// The effects of applying a preview, as the rest of a sentence.
fn effects(import: &Import) -> String {
    let mut parts = Vec::new();
    if import.applications_created > 0 {
        let what = count(import.applications_created, "application", "applications");
        parts.push(format!("adds {what}"));
    }
    if import.applications_updated > 0 {
        parts.push(format!(
            "makes {}",
            count(import.applications_updated, "update", "updates")
        ));
    }
    if import.mails_in_review > 0 {
        let what = count(import.mails_in_review, "email", "emails");
        parts.push(format!("asks you about {what}"));
    }
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => "changes nothing".to_owned(),
    }
}

/// The emails that could not be read.
#[component]
fn Errors(errors: Vec<ImportError>) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        view! {
            <section class="surface preview-errors">
                <h2>{format!("{} couldn\u{2019}t be read", count(i64::try_from(errors.len()).unwrap_or(0), "item", "items"))}</h2>
                <ErrorList errors />
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_listed_without_those_that_are_none() {
        let text = |created, updated, review| {
            effects(&Import {
                id: uuid::Uuid::nil().into(),
                state: ImportState::Done,
                dry_run: true,
                messages_seen: 9,
                applications_created: created,
                applications_updated: updated,
                mails_ignored: 0,
                mails_in_review: review,
                errors: Vec::new(),
            })
        };
        assert_eq!(text(2, 0, 0), "adds 2 applications");
        assert_eq!(text(1, 0, 1), "adds 1 application and asks you about 1 email");
        assert_eq!(
            text(58, 14, 3),
            "adds 58 applications, makes 14 updates and asks you about 3 emails"
        );
        assert_eq!(text(0, 0, 0), "changes nothing");
    }
}
