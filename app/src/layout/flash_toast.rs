//! The toast that reports a change made on the previous page.

use crate::{
    server::flash::{self, BulkNotice, ChangeNotice, Flash, MailNotice, TaskNotice},
    ui::{Icon, IconSize, Lucide},
};
use domain::routes::{ApplicationPage, Route, WorkspacePage};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A message with an undo button, or the reason why the change failed. Empty if there was no change, or if a form
/// on the page shows the error.
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
        } if change.slug == slug => change_view(change),
        Flash { mail: Some(mail), .. } => mail_view(mail, slug),
        Flash { bulk: Some(bulk), .. } => bulk_view(bulk, slug),
        Flash { task: Some(task), .. } => task_view(task, slug),
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

/// The form of an undo button.
struct UndoForm {
    /// The URL of the server function.
    url: &'static str,
    fields: Vec<(&'static str, String)>,
}

/// A message with an undo button, if the change can be undone.
fn notice_view(text: String, undo: Option<UndoForm>) -> AnyView {
    let undo = undo.map(|UndoForm { url, fields }| {
        let inputs = fields
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        view! {
            <form method="post" action=url>
                {inputs.collect_view()}
                <button type="submit">
                    <Icon of=Lucide::Undo size=IconSize::Small />
                    "Undo"
                </button>
            </form>
        }
    });
    view! {
        <div class="toast" role="status">
            <span>{text}</span>
            {undo}
        </div>
    }
    .into_any()
}

/// The undo button leads back to the email, in the current inbox view.
fn mail_view(mail: MailNotice, slug: String) -> AnyView {
    let location = use_location();
    let is_inbox = matches!(
        Route::parse(&location.pathname.get_untracked()),
        Some(Route::Workspace(_, WorkspacePage::Inbox))
    );
    let undo = mail.is_undoable.then(|| {
        let mut fields = vec![("slug", slug), ("mail_id", mail.mail_id.to_string())];
        if is_inbox {
            fields.push(("query", location.search.get_untracked()));
        }
        UndoForm {
            url: "/_fn/inbox/undo",
            fields,
        }
    });
    notice_view(mail.text, undo)
}

/// The undo button sends a form to the server function that changed the state.
fn task_view(task: TaskNotice, slug: String) -> AnyView {
    let undo = task.undo_state.map(|state| {
        let mut fields = vec![("slug", slug), ("task_id", task.task_id.to_string())];
        if let Some(id) = task.jobapp_id {
            fields.push(("jobapp_id", id.to_string()));
        }
        if task.is_on_today {
            fields.push(("is_on_today", "true".to_owned()));
        }
        fields.extend([("state", state), ("snoozed_until", task.snoozed_until)]);
        UndoForm {
            url: "/_fn/jobapps/set_task_state",
            fields,
        }
    });
    notice_view(task.text, undo)
}

/// The undo button leads back to the list that was changed.
fn bulk_view(bulk: BulkNotice, slug: String) -> AnyView {
    let location = use_location();
    let page = match Route::parse(&location.pathname.get_untracked()) {
        Some(Route::Workspace(_, page)) => page.as_str(),
        _ => "",
    };
    let undo = bulk.undo.map(|(undo, changed_at)| {
        let (change, tag) = undo.to_fields();
        let mut fields = vec![("slug", slug), ("change", change.to_owned())];
        if let Some(tag) = tag {
            fields.push(("tag", tag.to_owned()));
        }
        fields.extend([
            ("changed_at", changed_at.to_string()),
            ("page", page.to_owned()),
            ("query", location.search.get_untracked()),
        ]);
        UndoForm {
            url: "/_fn/jobapps/undo_bulk",
            fields,
        }
    });
    notice_view(bulk.text, undo)
}

/// The undo button sends a form to the server function that made the change.
fn change_view(change: ChangeNotice) -> AnyView {
    let pathname = use_location().pathname.get_untracked();
    let is_on_page = matches!(
        Route::parse(&pathname),
        Some(Route::Application(_, _, ApplicationPage::Overview))
    );
    let undo = change.undo.map(|undo| {
        let mut fields = vec![
            ("slug", change.slug),
            ("jobapp_id", change.application_id.to_string()),
            ("version", change.version.to_string()),
            ("undo", "true".to_owned()),
        ];
        if is_on_page {
            fields.push(("on_page", "true".to_owned()));
        }
        let url = undo.url();
        fields.extend(undo.form_fields());
        UndoForm { url, fields }
    });
    notice_view(change.text, undo)
}
