//! Reports a change to an application that the previous page made.

use crate::{
    server::flash::{self, BulkNotice, ChangeNotice, Flash, MailNotice, TaskNotice},
    ui::{Icon, IconSize, Lucide},
};
use domain::routes::{ApplicationPage, Route, WorkspacePage};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A message with an undo button, or the reason why the change failed. Empty if the previous page made no change.
#[component]
pub fn FlashToast(slug: String) -> impl IntoView {
    let has_no_form = |action: &str| {
        matches!(
            action,
            "jobapps/move_stage"
                | "jobapps/set_outcome"
                | "jobapps/undo_merge"
                | "jobapps/merge_duplicate"
                | "jobapps/dismiss_duplicate"
                | "jobapps/set_task_state"
                | "jobapps/delete"
                | "jobapps/restore"
                | "jobapps/delete_note"
                | "jobapps/delete_contact"
                | "jobapps/unlink_contact"
                | "files/delete"
                | "coaching/delete_comment"
                | "jobapps/bulk"
                | "jobapps/undo_bulk"
                | "transfers/copy"
                | "inbox/undo"
        )
    };
    let toast = match flash::current()? {
        Flash {
            change: Some(change), ..
        } if change.slug == slug => change_view(change).into_any(),
        Flash { mail: Some(mail), .. } => mail_view(mail, slug).into_any(),
        Flash { bulk: Some(bulk), .. } => bulk_view(bulk, slug).into_any(),
        Flash { task: Some(task), .. } => task_view(task, slug).into_any(),
        Flash {
            error: Some(error),
            action,
            ..
        } if has_no_form(&action) => view! {
            <div class="toast" role="alert">
                <span>{error.detail}</span>
            </div>
        }
        .into_any(),
        Flash { .. } => return None,
    };
    Some(view! {
        <div class="toast-stack" id="flash-toast">
            {toast}
        </div>
    })
}

/// The undo button leads back to the email, in the view of the inbox that is open.
fn mail_view(mail: MailNotice, slug: String) -> impl IntoView {
    let location = use_location();
    let is_inbox = matches!(
        Route::parse(&location.pathname.get_untracked()),
        Some(Route::Workspace(_, WorkspacePage::Inbox))
    );
    let query = is_inbox.then(|| location.search.get_untracked());
    let undo = mail.is_undoable.then(|| {
        view! {
            <form method="post" action="/_fn/inbox/undo">
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="mail_id" value=mail.mail_id.to_string() />
                {query.map(|query| view! { <input type="hidden" name="query" value=query /> })}
                <button type="submit">
                    <Icon of=Lucide::Undo size=IconSize::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    view! {
        <div class="toast" role="status">
            <span>{mail.text}</span>
            {undo}
        </div>
    }
}

/// The undo button sends a form to the server function that changed the state.
fn task_view(task: TaskNotice, slug: String) -> impl IntoView {
    let undo = task.undo_state.map(|state| {
        view! {
            <form method="post" action="/_fn/jobapps/set_task_state">
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="task_id" value=task.task_id.to_string() />
                {task.jobapp_id.map(|id| view! { <input type="hidden" name="jobapp_id" value=id.to_string() /> })}
                {task.is_on_today.then(|| view! { <input type="hidden" name="is_on_today" value="true" /> })}
                <input type="hidden" name="state" value=state />
                <input type="hidden" name="snoozed_until" value=task.snoozed_until />
                <button type="submit">
                    <Icon of=Lucide::Undo size=IconSize::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    view! {
        <div class="toast" role="status">
            <span>{task.text}</span>
            {undo}
        </div>
    }
}

/// The undo button leads back to the list that was changed.
fn bulk_view(bulk: BulkNotice, slug: String) -> impl IntoView {
    let location = use_location();
    let page = match Route::parse(&location.pathname.get_untracked()) {
        Some(Route::Workspace(_, page)) => page.as_str(),
        _ => "",
    };
    let query = location.search.get_untracked();
    let undo = bulk.undo.map(|(undo, changed_at)| {
        let (change, tag) = undo.to_fields();
        let tag = tag.map(str::to_owned);
        view! {
            <form method="post" action="/_fn/jobapps/undo_bulk">
                <input type="hidden" name="slug" value=slug />
                <input type="hidden" name="change" value=change />
                {tag.map(|tag| view! { <input type="hidden" name="tag" value=tag /> })}
                <input type="hidden" name="changed_at" value=changed_at.to_string() />
                <input type="hidden" name="page" value=page />
                <input type="hidden" name="query" value=query />
                <button type="submit">
                    <Icon of=Lucide::Undo size=IconSize::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    view! {
        <div class="toast" role="status">
            <span>{bulk.text}</span>
            {undo}
        </div>
    }
}

/// The undo button sends a form to the server function that made the change.
fn change_view(change: ChangeNotice) -> impl IntoView {
    let pathname = use_location().pathname.get_untracked();
    let is_on_page = matches!(
        Route::parse(&pathname),
        Some(Route::Application(_, _, ApplicationPage::Overview))
    );
    let undo = change.undo.map(|undo| {
        let fields = undo.form_fields();
        view! {
            <form method="post" action=undo.url()>
                <input type="hidden" name="slug" value=change.slug />
                <input type="hidden" name="jobapp_id" value=change.application_id.to_string() />
                <input type="hidden" name="version" value=change.version />
                <input type="hidden" name="undo" value="true" />
                {is_on_page.then(|| view! { <input type="hidden" name="on_page" value="true" /> })}
                {fields.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
                <button type="submit">
                    <Icon of=Lucide::Undo size=IconSize::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    view! {
        <div class="toast" role="status">
            <span>{change.text}</span>
            {undo}
        </div>
    }
}
