//! Loads the board.

use crate::error::AppError;
use domain::jobapps::Board;
use leptos::prelude::*;

/// The user's applications by stage.
#[server(prefix = "/_fn", endpoint = "jobapps/get_board")]
pub async fn get_board(slug: String) -> Result<Board, AppError> {
    use crate::server::{context::require_workspace, respond::respond};
    let (services, caller) = require_workspace(&slug).await?;
    respond(service::jobapps::get_board(&services, &caller).await)
}
