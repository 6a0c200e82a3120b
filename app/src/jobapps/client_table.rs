//! The applications of a client as a table without anything that changes them.

use super::table::{Heading, Row, RowView};
use crate::{
    error::AppError,
    jobapps::filters::{Column, ListQuery},
    layout::WorkspaceContext,
    server::respond::respond,
    ui::count,
};
use domain::{
    coaching::{Client, Person},
    jobapps::{ListApplicationsInput, Sort},
};
use leptos::prelude::*;
use service::platform::time_zone::local_time;

/// Applications per page.
const PAGE_SIZE: u32 = 100;

/// The columns after company and title.
const COLUMNS: [Column; 5] = [
    Column::Stage,
    Column::Applied,
    Column::Updated,
    Column::Source,
    Column::Location,
];

/// What the table shows.
pub struct ClientApplicationsData {
    query: ListQuery,
    rows: Vec<Row>,
    count: i64,
    next_cursor: Option<String>,
}

/// A page of the client's applications in the order of the URL.
///
/// # Errors
/// `not_found` if the access has ended.
pub async fn load(
    workspace: &WorkspaceContext,
    client: &Client,
    query: &str,
) -> Result<ClientApplicationsData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let query = ListQuery::parse(query);
    let input = ListApplicationsInput {
        owner_id: Some(client.user.user_id),
        limit: Some(PAGE_SIZE),
        ..query.input.clone()
    };
    let (page, count) = respond(service::jobapps::list_and_count(&services, &caller, input).await)?;
    let rows = page.data.into_iter().map(|application| Row {
        updated_on: local_time(application.updated_at, &caller.user.time_zone).date(),
        application,
    });
    Ok(ClientApplicationsData {
        query,
        rows: rows.collect(),
        count,
        next_cursor: page.pagination.next_cursor,
    })
}

/// The table.
#[component]
pub fn ClientApplications(
    /// The slug of the workspace.
    slug: String,
    /// The client.
    client: Person,
    /// What it shows.
    data: ClientApplicationsData,
) -> impl IntoView {
    let ClientApplicationsData {
        query,
        rows,
        count: n,
        next_cursor,
    } = data;
    let search = query.input.q.clone().unwrap_or_default();
    let filter = |open: Option<bool>, name: &'static str| {
        let mut other = query.at_cursor(None);
        other.input.open = open;
        let is_current = query.input.open == open;
        view! {
            <a
                class="view-tab"
                href=format!("?{}", other.query())
                aria-current=is_current.then_some("page")
            >
                {name}
            </a>
        }
    };
    let filters = view! {
        <div class="list-tools">
            <div class="filter-line">
                <nav class="range-tabs" aria-label="Applications">
                    {filter(None, "All")} {filter(Some(true), "Open")} {filter(Some(false), "Closed")}
                </nav>
                <form class="filter-form" method="get" role="search" aria-label="Search applications">
                    {query.input.open.map(|open| view! { <input type="hidden" name="open" value=open.to_string() /> })}
                    <label class="filter-field">
                        <span class="sr-only">"Title or company"</span>
                        <input
                            class="input input-sm"
                            type="search"
                            name="q"
                            maxlength="200"
                            placeholder="Title or company"
                            value=search
                        />
                    </label>
                    <button class="btn btn-line btn-sm" type="submit">
                        "Search"
                    </button>
                </form>
                <span class="page-header-note">{count(n, "application", "applications")}</span>
            </div>
        </div>
    };
    if rows.is_empty() {
        let text = if query.is_filtered() {
            "No application matches."
        } else {
            "There are no applications yet."
        };
        return view! {
            {filters}
            <section class="empty-state">
                <h2>{text}</h2>
                <p>"They appear here as soon as there are some."</p>
            </section>
        }
        .into_any();
    }
    let first = query.input.cursor.is_some().then(|| query.at_cursor(None));
    let next = next_cursor.map(|cursor| query.at_cursor(Some(cursor)));
    let page_link = |page: ListQuery, name: &'static str| {
        view! {
            <a class="btn btn-line btn-sm" href=format!("?{}", page.query())>
                {name}
            </a>
        }
    };
    view! {
        {filters}
        <div class="table-frame" id="applications" data-keep-scroll tabindex="0" role="region" aria-label="Applications">
            <table class="application-table">
                <thead>
                    <tr>
                        <Heading query=query.clone() title="Company" sort=Some(Sort::Company) />
                        <Heading query=query.clone() title="Job title" sort=Some(Sort::JobTitle) />
                        {COLUMNS
                            .map(|column| {
                                view! { <Heading query=query.clone() title=column.title() sort=column.sort() /> }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| {
                            view! { <RowView slug=slug.clone() row columns=COLUMNS.to_vec() client=Some(client.user_id) /> }
                        })
                        .collect_view()}
                </tbody>
            </table>
            {(first.is_some() || next.is_some())
                .then(|| {
                    view! {
                        <nav class="pages" aria-label="Pages">
                            {first.map(|page| page_link(page, "First page"))}
                            {next.map(|page| page_link(page, "Next page"))}
                        </nav>
                    }
                })}
        </div>
    }
    .into_any()
}
