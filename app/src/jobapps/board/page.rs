//! The page, as the server renders it.

use super::BoardIsland;
use crate::{
    assets::{Area, WorkspaceScripts},
    error::AppError,
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::{flash, respond::respond},
    ui::ErrorState,
};
use domain::jobapps::Board;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The board page.
#[component]
pub fn BoardPage() -> impl IntoView {
    let workspace = use_workspace();
    // Without a script the query says which form or menu is open.
    let query = use_query_map().get_untracked();
    let (add, card) = (query.get("add"), query.get("card").and_then(|id| id.parse().ok()));
    let flash = flash::current();
    view! {
        <PageTitle page="Board" />
        {Suspend::new(async move {
            match load_board(&workspace).await {
                Ok(mut board) => {
                    let open_cards = take_open_cards(&mut board);
                    view! { <BoardIsland board open_cards slug=workspace.slug add card flash /> }.into_any()
                }
                Err(error) => {
                    view! {
                        <header class="page-header">
                            <h1>"Board"</h1>
                        </header>
                        <ErrorState error />
                    }
                        .into_any()
                }
            }
        })}
        <WorkspaceScripts area=Some(Area::Board) charts=false />
    }
    .into_any()
}

/// The user's applications by stage.
async fn load_board(workspace: &WorkspaceContext) -> Result<Board, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    respond(
        service::jobapps::get_board(
            &services,
            &caller,
            domain::jobapps::ListApplicationsInput::default(),
            None,
        )
        .await,
    )
}

/// Takes the open applications out of the board, as JSON.
fn take_open_cards(board: &mut Board) -> String {
    let cards: Vec<_> = board
        .columns
        .iter_mut()
        .map(|column| std::mem::take(&mut column.open))
        .collect();
    serde_json::to_string(&cards).unwrap_or_default()
}
