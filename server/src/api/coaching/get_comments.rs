//! `GET /api/coaching/get_comments`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::coaching::{Comment, ListCommentsInput};
use service::{Services, coaching};
use std::sync::Arc;

/// List comments
///
/// The comments on an application of the caller or of a client, oldest first.
#[utoipa::path(
    get, path = "/get_comments", tag = "coaching",
    params(ListCommentsInput),
    responses(
        (status = 200, description = "The comments.", body = Envelope<Vec<Comment>>),
        errors::NotFound,
    ),
)]
pub(super) async fn get_comments(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListCommentsInput>,
) -> Result<Data<Vec<Comment>>, ErrorResponse> {
    Ok(Data(coaching::list_comments(&services, &caller, input).await?))
}
