//! The bulk action bar, which changes the selected applications. The style sheet shows it while an application is selected.

use super::query::ListQuery;
use crate::{
    jobapps::{api::bulk::Bulk, labels::outcome_name, select_box::BULK_FORM},
    server::flash::NO_OUTCOME,
    ui::{Icon, IconSize, Lucide},
};
use domain::{
    jobapps::{Outcome, Stage},
    routes::WorkspacePage,
};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// One form with a button for each change.
#[component]
pub fn BulkBar(
    slug: String,
    /// The page to return to.
    page: WorkspacePage,
    /// Filters and order of the page.
    query: ListQuery,
    stages: Vec<Stage>,
    /// The tags in use.
    tags: Vec<String>,
) -> impl IntoView {
    view! {
        <form id=BULK_FORM class="bulk-bar" method="post" action=Bulk::url() aria-label="Selected applications">
            <input type="hidden" name="slug" value=slug />
            <input type="hidden" name="page" value=page.as_str() />
            <input type="hidden" name="query" value=query.query() />
            <b class="with-script" role="status" data-selected></b>
            // This button comes first, because Enter in the field activates the form's first button.
            <span class="bulk-group">
                <input
                    class="input input-sm"
                    name="tag"
                    maxlength="40"
                    list="bulk-tags"
                    placeholder="Tag"
                    aria-label="Tag"
                    autocomplete="off"
                />
                <datalist id="bulk-tags">
                    {tags.into_iter().map(|tag| view! { <option value=tag></option> }).collect_view()}
                </datalist>
                <button type="submit" name="change" value="add_tag">
                    "Add tag"
                </button>
                <button type="submit" name="change" value="remove_tag">
                    "Remove tag"
                </button>
            </span>
            <span class="bulk-group">
                <select class="select select-sm" name="status_id" aria-label="Stage">
                    {stages
                        .into_iter()
                        .map(|stage| view! { <option value=stage.id.to_string()>{stage.value}</option> })
                        .collect_view()}
                </select>
                <button type="submit" name="change" value="move">
                    "Move"
                </button>
            </span>
            <span class="bulk-group">
                <select class="select select-sm" name="outcome" aria-label="Outcome">
                    {Outcome::ALL
                        .map(|outcome| {
                            view! { <option value=outcome.as_str()>{outcome_name(outcome)}</option> }
                        })
                        .collect_view()}
                    <option value=NO_OUTCOME>"Open"</option>
                </select>
                <button type="submit" name="change" value="outcome">
                    "Set outcome"
                </button>
            </span>
            <button type="submit" name="change" value="delete">
                <Icon of=Lucide::Trash size=IconSize::Small />
                "Delete"
            </button>
            <button class="with-script" type="button" data-clear-selection aria-label="Clear selection" title="Clear selection (Esc)">
                <Icon of=Lucide::X size=IconSize::Small />
            </button>
        </form>
    }
    .into_any()
}
