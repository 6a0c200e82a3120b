//! The field for the password that confirms a change.

use crate::{
    error::AppError,
    ui::{Field, field_error},
};
use leptos::prelude::*;

#[component]
pub fn ConfirmPassword(
    error: Signal<Option<AppError>>,
    /// Whether the field may be left empty soon after signing in.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let hint = if is_optional {
        "Required if you signed in more than 15 minutes ago."
    } else {
        ""
    };
    view! {
        <Field
            name="password"
            label="Password"
            kind="password"
            autocomplete="current-password"
            optional=is_optional
            hint
            maxlength=128
            error=field_error(error, "password")
        />
    }
}
