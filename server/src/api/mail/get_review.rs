//! `GET /api/mail/get_review`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    mail::{ListMailsInput, ListMessagesInput, ReviewItem},
    pagination::Page,
};
use service::{Services, mail};
use std::sync::Arc;

/// List messages to decide about
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
    let input = ListMailsInput {
        cursor: input.cursor,
        limit: input.limit,
        ..ListMailsInput::default()
    };
    Ok(Json(mail::get_review(&services, &caller, input).await?))
}
