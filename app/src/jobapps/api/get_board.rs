//! What the board shows.

use crate::error::Fail;
use domain::jobapps::Board;
use leptos::prelude::*;

/// The person's applications by stage.
#[server(prefix = "/_fn", endpoint = "jobapps/get_board")]
pub async fn get_board(slug: String) -> Result<Board, Fail> {
    use crate::ssr;
    let (services, caller) = ssr::enter(&slug).await?;
    ssr::answer(service::jobapps::board(&services, &caller).await)
}
