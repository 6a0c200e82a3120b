//! The read-only board of a client.

use super::{Columns, page::expanded_stages, store::BoardStore};
use crate::{
    error::AppError,
    jobapps::{coaching_client_list::ClientListTools, filters::ListQuery},
    layout::WorkspaceContext,
    server::respond::respond,
};
use domain::{
    coaching::Client,
    jobapps::{Board, ListApplicationsInput},
};
use leptos::{context::Provider, prelude::*};
use leptos_router::params::ParamsMap;

pub struct ClientBoardData {
    /// Filters, order and columns of the URL.
    pub(super) query: ListQuery,
    /// The applications by stage.
    pub(super) board: Board,
}

impl ClientBoardData {
    /// Whether the client has no applications at all.
    pub fn is_empty(&self) -> bool {
        !self.query.is_filtered() && self.count() == 0
    }

    fn count(&self) -> i64 {
        let counts = self.board.columns.iter().map(|column| {
            let closed = column.closed_counts.iter().map(|(_, n)| n);
            column.open_count + closed.sum::<i64>()
        });
        counts.sum()
    }
}

/// Loads the client's applications by stage, filtered as in the URL.
///
/// # Errors
/// `not_found` if the access has ended.
pub async fn load(
    workspace: &WorkspaceContext,
    client: &Client,
    query: &str,
    parameters: &ParamsMap,
) -> Result<ClientBoardData, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let query = ListQuery::parse(query);
    let filters = ListApplicationsInput {
        owner_id: Some(client.user.user_id),
        ..query.board_filters()
    };
    let expanded = expanded_stages(parameters);
    let board = respond(service::jobapps::get_board(&services, &caller, filters, &expanded).await)?;
    Ok(ClientBoardData { query, board })
}

#[component]
pub fn ClientBoard(slug: String, data: ClientBoardData) -> impl IntoView {
    let count = data.count();
    let ClientBoardData { query, board } = data;
    let store = BoardStore::read_only(board, slug, query.filter_query(), query.is_filtered());
    view! {
        <ClientListTools query count />
        <Provider value=store>
            <Columns store />
        </Provider>
    }
    .into_any()
}
