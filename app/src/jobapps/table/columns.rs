//! The head of the table, and the menu that chooses its columns.

use crate::{
    jobapps::filters::{Column, ListQuery},
    ui::{Icon, IconSize, Lucide},
};
use domain::jobapps::Sort;
use leptos::prelude::*;

/// The title of a column; a link if the table can be sorted by it.
#[component]
pub fn Heading(
    query: ListQuery,
    title: &'static str,
    /// The sort order for this column; `None` if the table cannot be sorted by it.
    sort: Option<Sort>,
) -> impl IntoView {
    let Some(sort) = sort else {
        return view! { <th scope="col">{title}</th> }.into_any();
    };
    let is_current = query.input.sort.unwrap_or_default() == sort;
    let is_reversed = query.input.reverse == Some(true);
    let is_name = matches!(sort, Sort::Company | Sort::JobTitle);
    // Names are sorted in ascending order and dates in descending order, unless reversed.
    let is_ascending = is_name != is_reversed;
    let aria_sort = is_current.then_some(if is_ascending { "ascending" } else { "descending" });
    let icon = if is_ascending {
        Lucide::ChevronUp
    } else {
        Lucide::ChevronDown
    };
    view! {
        <th scope="col" aria-sort=aria_sort>
            <a href=format!("?{}", query.sorted_by(sort).query())>
                {title} {is_current.then(|| view! { <Icon of=icon size=IconSize::Small /> })}
            </a>
        </th>
    }
    .into_any()
}

/// A form with a checkbox for each column, in a popover.
#[component]
pub fn ColumnMenu(query: ListQuery) -> impl IntoView {
    let shown = query.shown_columns();
    let kept = query.filters().into_iter().chain(
        query
            .presentation()
            .into_iter()
            .filter(|(name, _)| *name != "col"),
    );
    view! {
        <button class="btn btn-line btn-sm md-only" id="columns-button" type="button" popovertarget="columns">
            <Icon of=Lucide::Columns size=IconSize::Small />
            "Columns"
        </button>
        <div class="menu" id="columns" popover="auto" role="dialog" aria-label="Columns">
            <form method="get">
                {kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
                <fieldset>
                    <legend class="menu-label">"Columns"</legend>
                    {Column::ALL
                        .map(|column| {
                            view! {
                                <label class="menu-row">
                                    <input
                                        type="checkbox"
                                        name="col"
                                        value=column.as_str()
                                        checked=shown.contains(&column)
                                    />
                                    <span>{column.title()}</span>
                                </label>
                            }
                        })
                        .collect_view()}
                </fieldset>
                <div class="menu-section">
                    <button class="btn btn-line btn-sm" type="submit">
                        "Show columns"
                    </button>
                </div>
            </form>
        </div>
    }
    .into_any()
}
