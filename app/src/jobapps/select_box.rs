//! The checkbox that selects an application on the board or in the table.

use leptos::prelude::*;

/// Id of the form that changes the selected applications.
pub const BULK_FORM: &str = "bulk";

#[component]
pub fn SelectBox(
    id: String,
    /// The name of the employer.
    company: String,
) -> impl IntoView {
    view! {
        <input
            class="select-box"
            type="checkbox"
            name="ids[]"
            form=BULK_FORM
            value=id
            aria-label=format!("Select {company}")
        />
    }
}
