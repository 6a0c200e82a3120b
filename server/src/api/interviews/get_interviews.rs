//! `GET /api/interviews/get_interviews`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::extract::State;
use domain::interviews::{Interview, ListInterviewsInput};
use service::{Services, interviews};
use std::sync::Arc;

/// List interviews
///
/// In the order they begin, cancelled ones included. At most 2,000. Calendar invitations in emails of an application create
/// interviews; see `mail_id`.
#[utoipa::path(
    get, path = "/get_interviews", tag = "interviews",
    params(ListInterviewsInput),
    responses(
        (status = 200, description = "The interviews.", body = Envelope<Vec<Interview>>),
    ),
)]
pub(super) async fn get_interviews(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListInterviewsInput>,
) -> Result<Data<Vec<Interview>>, ErrorResponse> {
    Ok(Data(interviews::list(&services, &caller, input).await?))
}
