//! The server-rendered page.

use super::{
    BoardIsland,
    coaching_client::{ClientBoard, ClientBoardData},
    prefill::{prefill, stage_to_add},
};
use crate::{
    assets::{Area, ListScript, WorkspaceScripts},
    error::AppError,
    jobapps::{
        board::card::OPEN_FORM,
        copy_form::PersonalCounts,
        filters::{BulkBar, FilterForm, ListQuery},
    },
    layout::{CoachNotice, PageTitle, WorkspaceContext, use_workspace},
    server::{flash, respond::respond},
    ui::ErrorState,
    views::{Views, ViewsMenu, load_views},
};
use domain::{StageId, jobapps::Board, routes::WorkspacePage, views::ViewPage};
use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map},
    params::ParamsMap,
};
use service::jobapps::FilterChoices;

#[component]
pub fn BoardPage() -> impl IntoView {
    let workspace = use_workspace();
    // Without JavaScript, the query determines which form or menu is open.
    let map = use_query_map().get_untracked();
    let (add, card) = (map.get("add"), map.get("card").and_then(|id| id.parse().ok()));
    let expanded = expanded_stages(&map);
    let query = ListQuery::parse(&use_location().search.get_untracked());
    let flash = flash::current().or_else(|| prefill(&map));
    view! {
        <PageTitle page="Board" />
        {Suspend::new(async move {
            let is_for_coaching = workspace.is_for_coaching().await;
            let area = (!is_for_coaching).then_some(Area::Board);
            let content = match load(&workspace, &query, expanded).await {
                Ok((board, ..)) if is_for_coaching => {
                    view! { <CoachBoard slug=workspace.slug query board /> }.into_any()
                }
                Ok((mut board, choices, views, personal)) => {
                    let add = add.map(|stage| stage_to_add(stage, &board));
                    let open_cards = take_open_cards(&mut board);
                    let is_filtered = query.is_filtered();
                    let filters = query.filter_query();
                    let has_tools = is_filtered || !board.is_empty();
                    view! {
                        <BoardIsland board open_cards slug=workspace.slug.clone() filters is_filtered add card flash personal>
                            <Tools slug=workspace.slug query choices views has_tools />
                        </BoardIsland>
                    }
                        .into_any()
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
            };
            view! {
                {content}
                <WorkspaceScripts area charts=false />
            }
        })}
        <ListScript />
    }
    .into_any()
}

/// The board of a coach, with the applications from their previous role.
#[component]
fn CoachBoard(slug: String, query: ListQuery, board: Board) -> impl IntoView {
    let has_applications = query.is_filtered() || !board.is_empty();
    view! {
        <header class="page-header">
            <h1>"Board"</h1>
        </header>
        <CoachNotice has_applications />
        {has_applications.then(|| view! { <ClientBoard slug data=ClientBoardData { query, board } /> })}
    }
    .into_any()
}

/// The column that was expanded by a link, with its number of cards. Used without JavaScript.
pub(super) fn expanded_stages(query: &ParamsMap) -> Vec<(StageId, i64)> {
    let stage = query.get("stage").and_then(|id| id.parse().ok());
    let shown = query.get("shown").and_then(|shown| shown.parse().ok());
    Vec::from_iter(stage.zip(shown))
}

/// The filters, the bulk action bar, and the form that opens menus without JavaScript.
#[component]
fn Tools(
    slug: String,
    query: ListQuery,
    choices: FilterChoices,
    views: Views,
    /// Whether there are applications to filter.
    has_tools: bool,
) -> impl IntoView {
    let (stages, tags) = (choices.stages.clone(), choices.tags.clone());
    view! {
        <form id=OPEN_FORM method="get">
            {query
                .filters()
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                .collect_view()}
        </form>
        // Without applications, the filters are rendered hidden, so that adding the first application shows them without a reload.
        <div class="list-tools" data-empty=(!has_tools).then_some("")>
            <div class="filter-line">
                <FilterForm query=query.clone() choices />
                <ViewsMenu views query=query.filter_query() />
            </div>
            <BulkBar slug page=WorkspacePage::Board query stages tags />
        </div>
    }
    .into_any()
}

/// The user's applications by stage, and the values of the filters.
async fn load(
    workspace: &WorkspaceContext,
    query: &ListQuery,
    expanded: Vec<(StageId, i64)>,
) -> Result<(Board, FilterChoices, Views, Option<PersonalCounts>), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let board =
        respond(service::jobapps::get_board(&services, &caller, query.board_filters(), &expanded).await)?;
    let choices = respond(service::jobapps::list_filter_choices(&services, &caller).await)?;
    let personal = if board.is_empty() && !query.is_filtered() {
        respond(service::transfers::count_personal(&services, &caller).await)?
    } else {
        None
    };
    let views = load_views(workspace, ViewPage::Board).await?;
    Ok((board, choices, views, personal))
}

/// Removes the open applications from the board and returns them as JSON.
fn take_open_cards(board: &mut Board) -> String {
    let cards: Vec<_> = board
        .columns
        .iter_mut()
        .map(|column| std::mem::take(&mut column.open))
        .collect();
    serde_json::to_string(&cards).unwrap_or_default()
}
