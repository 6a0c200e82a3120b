//! `GET /api/coaching/get_comment_emails`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::coaching::CommentEmails;
use service::{Services, coaching};
use std::sync::Arc;

/// Get whether emails about coaching are on
///
/// For the caller, in all workspaces.
#[utoipa::path(
    get, path = "/get_comment_emails", tag = "coaching",
    responses((status = 200, description = "Whether emails are sent.", body = Envelope<CommentEmails>)),
)]
pub(super) async fn get_comment_emails(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<CommentEmails>, ErrorResponse> {
    Ok(Data(coaching::get_comment_emails(&services, &caller).await?))
}
