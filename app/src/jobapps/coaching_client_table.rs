//! The read-only table of a client's applications.

use super::{
    coaching_client_list::ClientListTools,
    table::{Row, TableFrame},
};
use crate::{
    error::AppError,
    jobapps::filters::{Column, ListQuery},
    layout::WorkspaceContext,
    server::respond::respond,
};
use domain::{
    coaching::{Client, Person},
    jobapps::ListApplicationsInput,
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

pub struct ClientApplicationsData {
    query: ListQuery,
    rows: Vec<Row>,
    count: i64,
    next_cursor: Option<String>,
}

/// Loads a page of the client's applications in the order of the URL.
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

#[component]
pub fn ClientApplications(slug: String, client: Person, data: ClientApplicationsData) -> impl IntoView {
    let ClientApplicationsData {
        query,
        rows,
        count,
        next_cursor,
    } = data;
    if rows.is_empty() {
        let name = client.label();
        let (title, text) = if query.is_filtered() {
            (
                "No application matches.".to_owned(),
                "Choose All, or search for something else.".to_owned(),
            )
        } else {
            (
                format!("{name} has no applications yet."),
                format!("They appear here as soon as {name} has added some."),
            )
        };
        return view! {
            <ClientListTools query count />
            <section class="empty-state">
                <h2>{title}</h2>
                <p>{text}</p>
            </section>
        }
        .into_any();
    }
    view! {
        <ClientListTools query=query.clone() count />
        <TableFrame slug query rows columns=COLUMNS.to_vec() client=Some(client.user_id) next_cursor />
    }
    .into_any()
}
