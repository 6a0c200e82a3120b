//! Loads more cards of a column of the board.

use crate::error::AppError;
use domain::{JobApplicationId, StageId, jobapps::BoardCard};
use leptos::prelude::*;

/// The open cards of the stage after the given one, with the filters of the board.
#[server(prefix = "/_fn", endpoint = "jobapps/cards")]
pub async fn cards(
    slug: String,
    status_id: StageId,
    after: JobApplicationId,
    #[server(default)] query: String,
) -> Result<Vec<BoardCard>, AppError> {
    use crate::{
        jobapps::filters::ListQuery,
        server::{context::require_workspace, respond::respond},
    };
    let (services, caller) = require_workspace(&slug).await?;
    let filters = ListQuery::parse(&query).board_filters();
    respond(service::jobapps::list_cards_after(&services, &caller, filters, status_id, after).await)
}
