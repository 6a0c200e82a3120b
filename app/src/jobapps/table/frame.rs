//! The table with its header, its rows and the links to other pages, for the user's own and a client's applications.

use super::{
    columns::Heading,
    row::{Row, RowView},
};
use crate::{
    jobapps::filters::{Column, ListQuery},
    ui::Pages,
};
use domain::{UserId, jobapps::Sort};
use leptos::prelude::*;

#[component]
pub fn TableFrame(
    slug: String,
    /// Filters, order and columns of the URL.
    query: ListQuery,
    rows: Vec<Row>,
    /// The columns after company and title.
    columns: Vec<Column>,
    /// The client who owns the applications.
    #[prop(default = None)]
    client: Option<UserId>,
    /// Whether applications can be selected.
    #[prop(default = false)]
    may_select: bool,
    /// The cursor of the next page.
    next_cursor: Option<String>,
) -> impl IntoView {
    let at_cursor = |cursor| format!("?{}", query.at_cursor(cursor).query());
    let first = query.input.cursor.is_some().then(|| at_cursor(None));
    let next = next_cursor.map(|cursor| at_cursor(Some(cursor)));
    let shown = columns.clone();
    view! {
        <div class="table-frame" id="applications" data-keep-scroll tabindex="0" role="region" aria-label="Applications">
            <table class="application-table">
                <thead>
                    <tr>
                        {may_select
                            .then(|| {
                                view! {
                                    <th class="select-cell" scope="col">
                                        <input
                                            class="select-all with-script"
                                            type="checkbox"
                                            aria-label="Select all applications on this page"
                                            data-select-all
                                        />
                                    </th>
                                }
                            })}
                        <Heading query=query.clone() title="Company" sort=Some(Sort::Company) />
                        <Heading query=query.clone() title="Job title" sort=Some(Sort::JobTitle) />
                        {columns
                            .into_iter()
                            .map(|column| {
                                view! { <Heading query=query.clone() title=column.title() sort=column.sort() /> }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| view! { <RowView slug=slug.clone() row columns=shown.clone() client may_select /> })
                        .collect_view()}
                </tbody>
            </table>
            <Pages first next />
        </div>
    }
    .into_any()
}
