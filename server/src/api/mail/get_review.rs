//! `GET /api/mail/get_review`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    inbox::{ListInboxInput, ReviewItem},
    mail::ListMessagesInput,
    pagination::Page,
};
use service::{Services, mail};
use std::sync::Arc;

/// List messages to review
///
/// Newest first, each with a suggestion and at most five applications that it may belong to. Decide with `decide_mail`.
#[utoipa::path(
    get, path = "/get_review", tag = "mail",
    params(ListMessagesInput),
    responses((status = 200, description = "A page of messages.", body = Page<ReviewItem>)),
)]
pub(super) async fn get_review(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListMessagesInput>,
) -> Result<Json<Page<ReviewItem>>, ErrorResponse> {
    let input = ListInboxInput {
        cursor: input.cursor,
        limit: input.limit,
        ..ListInboxInput::default()
    };
    Ok(Json(mail::get_review(&services, &caller, input).await?))
}
