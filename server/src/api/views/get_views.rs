//! `GET /api/views/get_views`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::views::{ListViewsInput, View};
use service::{Services, views};
use std::sync::Arc;

/// List saved views
///
/// The views of the caller, by name.
#[utoipa::path(
    get, path = "/get_views", tag = "views",
    params(ListViewsInput),
    responses(
        (status = 200, description = "The views.", body = Envelope<Vec<View>>),
    ),
)]
pub(super) async fn get_views(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListViewsInput>,
) -> Result<Data<Vec<View>>, ErrorResponse> {
    Ok(Data(views::list(&services, &caller, input).await?))
}
