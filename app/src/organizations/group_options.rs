//! The groups of an organization in a select.

use domain::{GroupId, tenants::Group};
use leptos::prelude::*;

/// An option for each group.
#[component]
pub fn GroupOptions(groups: Vec<Group>, chosen: Option<GroupId>) -> impl IntoView {
    groups
        .into_iter()
        .map(|group| {
            let selected = chosen == Some(group.id);
            view! {
                <option value=group.id.to_string() selected=selected>
                    {group.name}
                </option>
            }
        })
        .collect_view()
}
