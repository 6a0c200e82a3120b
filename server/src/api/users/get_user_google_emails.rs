//! `GET /api/users/get_user_google_emails`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{
    mail::{ListMessagesInput, Message},
    pagination::Page,
};
use service::{Services, mail};
use std::sync::Arc;

/// List messages from Gmail
///
/// Newest first, including messages that led to no application. Bodies are not stored. Pass `next_cursor` as `cursor`
/// for the next page.
#[utoipa::path(
    get, path = "/get_user_google_emails", tag = "users",
    params(ListMessagesInput),
    responses((status = 200, description = "A page of messages.", body = Page<Message>)),
)]
pub(super) async fn get_user_google_emails(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListMessagesInput>,
) -> Result<Json<Page<Message>>, ErrorResponse> {
    Ok(Json(
        mail::get_user_google_emails(&services, &caller, input).await?,
    ))
}
