use crate::error::AppError;
use domain::jobapps::Board;
use leptos::prelude::*;

/// Loads the board with its filters. `shown` lists the stages that show more open cards than the default, as comma-separated
/// `id:number` pairs.
#[server(prefix = "/_fn", endpoint = "jobapps/refresh_board")]
pub async fn refresh_board(
    slug: String,
    #[server(default)] query: String,
    #[server(default)] shown: String,
) -> Result<Board, AppError> {
    use crate::{
        jobapps::filters::ListQuery,
        server::{context::require_workspace, respond::respond},
    };
    use domain::StageId;
    let (services, caller) = require_workspace(&slug).await?;
    let filters = ListQuery::parse(&query).board_filters();
    let expanded: Vec<(StageId, i64)> = shown
        .split(',')
        .take(MAX_EXPANDED)
        .filter_map(|stage| {
            let (id, shown) = stage.split_once(':')?;
            Some((id.parse().ok()?, shown.parse().ok()?))
        })
        .collect();
    respond(service::jobapps::get_board(&services, &caller, filters, &expanded).await)
}

/// Maximum number of entries in `shown`; more than the maximum number of stages in a workspace.
#[cfg(feature = "ssr")]
const MAX_EXPANDED: usize = 100;
