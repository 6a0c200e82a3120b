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

/// The group that an invited person joins, for organizations with groups.
#[component]
pub fn GroupField(
    id: &'static str,
    label: &'static str,
    groups: Vec<Group>,
    chosen: Option<GroupId>,
) -> impl IntoView {
    (!groups.is_empty())
        .then(|| {
            view! {
                <div class="field">
                    <label for=id>{label} <span>"optional"</span></label>
                    <select class="select" id=id name="group_id">
                        <option value="">"None"</option>
                        <GroupOptions groups chosen />
                    </select>
                </div>
            }
        })
        .into_any()
}
