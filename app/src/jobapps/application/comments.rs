//! Comments, which the owner of the application and coaches with access see.

use super::{actions::ConfirmDialog, details::EditSummary, page::PageContext, posting::show_more};
use crate::{
    server::flash,
    ui::{ButtonKind, Icon, IconSize, Lucide, SubmitButton},
};
use domain::coaching::{Comment, MAX_COMMENT_LEN};
use leptos::prelude::*;

const ADD: &str = "coaching/add_comment";
const UPDATE: &str = "coaching/update_comment";

/// A comment that was rejected because the user's access was limited or revoked in the meantime: the reason, and the text to copy.
/// Very long texts do not fit into the flash cookie and are lost.
#[component]
pub fn RejectedComment() -> impl IntoView {
    let rejected = [ADD, UPDATE]
        .into_iter()
        .find_map(|action| Some((flash::error_for(action)?, flash::form_value(action, "text"))));
    rejected.map(|(error, text)| {
        view! {
            <div class="note-form" id="rejected-comment">
                <div class="form-error" role="alert">
                    <Icon of=Lucide::CircleAlert />
                    <p>
                        <span>{format!("Your comment wasn’t saved. {}", error.0.detail)}</span>
                    </p>
                </div>
                <textarea class="input note-input" aria-label="Your comment" rows="3" readonly hidden=text.is_empty()>
                    {text.clone()}
                </textarea>
            </div>
        }
    })
}

/// The form for a new comment.
#[component]
pub fn AddComment(page: PageContext) -> impl IntoView {
    let is_open = rejected_text(None).is_some();
    view! {
        <details class="add-note" id="add-comment" open=is_open>
            <summary>
                <span class="history-dot">
                    <Icon of=Lucide::MessageSquare size=IconSize::Small />
                </span>
                "Add a comment"
            </summary>
            <CommentForm page comment=None />
        </details>
    }
    .into_any()
}

/// The heading of a comment: its author.
pub fn comment_title(page: &PageContext, comment: &Comment) -> AnyView {
    let name = if page.is_user(comment.author.user_id) {
        "You".to_owned()
    } else {
        comment.author.label().to_owned()
    };
    let edited = if comment.updated_at.is_some() {
        ", edited"
    } else {
        ""
    };
    view! {
        <b>{name}</b>
        <span class="text-ink-3">{format!(" commented{edited}")}</span>
    }
    .into_any()
}

/// The text of a comment, with the forms that change and delete it.
#[component]
pub fn CommentBody(page: PageContext, comment: Comment) -> impl IntoView {
    let id = comment.id;
    let dialog_id = format!("delete-comment-{id}");
    let is_author = page.is_user(comment.author.user_id);
    let may_edit = is_author && page.may_comment;
    // The owner of an application may delete every comment on it.
    let may_delete = may_edit || page.client.is_none();
    let form_page = page.clone();
    let delete = may_delete.then(|| {
        view! {
            <button class="btn btn-quiet btn-sm note-delete" type="button" popovertarget=dialog_id.clone()>
                <Icon of=Lucide::Trash size=IconSize::Small />
                "Delete comment…"
            </button>
            <ConfirmDialog
                id=dialog_id
                title="Delete this comment?"
                text="You can't restore it."
                action="/_fn/coaching/delete_comment"
                label="Delete comment"
            >
                {hidden_inputs(&page)}
                <input type="hidden" name="comment_id" value=id.to_string() />
            </ConfirmDialog>
        }
    });
    let (text, more) = (comment.text.clone(), show_more(&comment.text));
    let actions = if may_edit {
        let is_open = rejected_text(Some(&comment)).is_some();
        view! {
            <details class="section-edit note-edit" id=format!("edit-comment-{id}") open=is_open>
                <EditSummary label=" comment" />
                <CommentForm page=form_page comment=Some(comment) />
                {delete}
            </details>
        }
        .into_any()
    } else {
        delete.into_any()
    };
    view! {
        <div class="note note-plain">{text}</div>
        {more}
        {actions}
    }
    .into_any()
}

/// The form for a new comment, or for the text of an existing one.
#[component]
fn CommentForm(page: PageContext, comment: Option<Comment>) -> impl IntoView {
    let (action, label, pending) = match comment {
        None => (ADD, "Add comment", "Adding"),
        Some(_) => (UPDATE, "Save comment", "Saving"),
    };
    let comment_id = comment.as_ref().map(|comment| comment.id.to_string());
    let rejected = rejected_text(comment.as_ref());
    let error = flash::error_for(action).filter(|_| rejected.is_some());
    let message = error.map(|e| e.0.for_field("text").unwrap_or(&e.0.detail).to_owned());
    let text = rejected.unwrap_or_else(|| comment.map(|comment| comment.text).unwrap_or_default());
    let id = format!("comment-{}-text", comment_id.as_deref().unwrap_or("new"));
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described_by = if message.is_some() {
        error_id.clone()
    } else {
        hint_id.clone()
    };
    let hint = match &page.client {
        Some(client) => format!("{} and others with access see it.", client.label()),
        None => "Everyone you gave access sees it.".to_owned(),
    };
    view! {
        <form class="note-form" method="post" action=format!("/_fn/{action}")>
            {hidden_inputs(&page)} {comment_id.map(|id| view! { <input type="hidden" name="comment_id" value=id /> })}
            <label class="sr-only" for=id.clone()>
                "Comment"
            </label>
            <textarea
                class="input note-input"
                id=id
                name="text"
                rows="3"
                required
                maxlength=MAX_COMMENT_LEN
                aria-invalid=message.is_some().then_some("true")
                aria-describedby=described_by
            >
                {text}
            </textarea>
            <p class="field-error" id=error_id hidden=message.is_none()>
                <Icon of=Lucide::CircleAlert size=IconSize::Small />
                <span>{message.clone()}</span>
            </p>
            <p class="field-hint" id=hint_id hidden=message.is_some()>
                {hint}
            </p>
            <div class="section-actions">
                <SubmitButton label pending_label=pending kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
    }
    .into_any()
}

/// Hidden inputs: the application id, and the client id if the application is not the user's own.
fn hidden_inputs(page: &PageContext) -> impl IntoView + use<> {
    let owner = page.client.as_ref().map(|client| client.user_id.to_string());
    view! {
        {page.hidden_inputs()}
        <input type="hidden" name="owner_id" value=owner.unwrap_or_default() />
    }
}

/// The entered text if this form was rejected.
fn rejected_text(comment: Option<&Comment>) -> Option<String> {
    let action = match comment {
        None => ADD,
        Some(comment) => {
            let id = flash::form_value(UPDATE, "comment_id");
            if id != comment.id.to_string() {
                return None;
            }
            UPDATE
        }
    };
    flash::error_for(action).map(|_| flash::form_value(action, "text"))
}
