//! The field for notes in the forms of the page.

use crate::{
    error::AppError,
    ui::{Icon, IconSize, Lucide, field_error},
};
use leptos::prelude::*;

/// An optional multi-line text field, with the error of a rejected form.
#[component]
pub fn NotesField(
    id: String,
    value: String,
    maxlength: usize,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let error = field_error(error, "notes");
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <label for=id.clone()>"Notes" <span>"optional"</span></label>
            <textarea
                class="input note-input"
                id=id
                name="notes"
                rows="3"
                maxlength=maxlength
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=error_id.clone()
            >
                {value}
            </textarea>
            <p class="field-error" id=error_id hidden=move || error.read().is_none()>
                <Icon of=Lucide::CircleAlert size=IconSize::Small />
                <span>{move || error.get()}</span>
            </p>
        </div>
    }
    .into_any()
}
