//! The form for a note. With JavaScript it is submitted without leaving the page, so that a rejected text is not lost.

use super::page::PageContext;
use crate::{
    server::flash,
    ui::{ButtonKind, Icon, IconSize, Lucide, SubmitButton},
};
use domain::jobapps::{MAX_NOTE_LEN, Note};
use leptos::prelude::*;

/// The form for a new note, or for the text of an existing one.
#[component]
pub fn NoteForm(
    page: PageContext,
    /// The note to change; `None` for a new note.
    note: Option<Note>,
) -> impl IntoView {
    let (action, label, pending) = match note {
        None => ("jobapps/add_note", "Add note", "Adding"),
        Some(_) => ("jobapps/update_note", "Save note", "Saving"),
    };
    let note_id = note.as_ref().map(|note| note.id.to_string());
    let rejected = rejected_text(note.as_ref());
    let error = flash::error_for(action).filter(|_| rejected.is_some());
    let field_error = error
        .as_ref()
        .and_then(|e| e.0.for_field("description").map(ToOwned::to_owned));
    let form_error = error.filter(|_| field_error.is_none()).map(|e| e.0.detail);
    let text = rejected.unwrap_or_else(|| note.map(|note| note.description).unwrap_or_default());
    let id = format!("note-{}-text", note_id.as_deref().unwrap_or("new"));
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described_by = if field_error.is_some() {
        error_id.clone()
    } else {
        hint_id.clone()
    };
    let has_no_form_error = form_error.is_none();
    view! {
        <form class="note-form" method="post" action=format!("/_fn/{action}") data-fetch>
            {page.hidden_inputs()}
            {note_id.map(|id| view! { <input type="hidden" name="jobapp_note_id" value=id /> })}
            <label class="sr-only" for=id.clone()>
                "Note"
            </label>
            <textarea
                class="input note-input"
                id=id
                name="description"
                rows="4"
                required
                maxlength=MAX_NOTE_LEN
                aria-invalid=field_error.is_some().then_some("true")
                aria-describedby=described_by
            >
                {text}
            </textarea>
            <p class="field-error" id=error_id hidden=field_error.is_none()>
                <Icon of=Lucide::CircleAlert size=IconSize::Small />
                <span>{field_error.clone()}</span>
            </p>
            <p class="field-hint" id=hint_id hidden=field_error.is_some()>
                "You can use Markdown: **bold**, - lists, [links](https://…)."
            </p>
            <div class="form-error" role="alert" hidden=has_no_form_error>
                <Icon of=Lucide::CircleAlert />
                <p>
                    <span>{form_error}</span>
                </p>
            </div>
            <div class="section-actions">
                <SubmitButton label pending_label=pending kind=ButtonKind::Line class="btn-sm" />
            </div>
        </form>
    }
    .into_any()
}

/// The entered text if this form was rejected.
pub fn rejected_text(note: Option<&Note>) -> Option<String> {
    let action = match note {
        None => "jobapps/add_note",
        Some(note) => {
            let id = flash::form_value("jobapps/update_note", "jobapp_note_id");
            if id != note.id.to_string() {
                return None;
            }
            "jobapps/update_note"
        }
    };
    flash::error_for(action).map(|_| flash::form_value(action, "description"))
}
