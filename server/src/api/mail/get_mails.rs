//! `GET /api/mail/get_mails`.

use crate::{
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{Json, extract::State};
use domain::{inbox::ListInboxInput, mail::Message, pagination::Page};
use service::{Services, mail};
use std::sync::Arc;

/// List messages
///
/// Of all mailboxes and files, newest first, including messages that led to no application. Bodies are not stored. Pass
/// `next_cursor` as `cursor` for the next page.
#[utoipa::path(
    get, path = "/get_mails", tag = "mail",
    params(ListInboxInput),
    responses((status = 200, description = "A page of messages.", body = Page<Message>)),
)]
pub(super) async fn get_mails(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ListInboxInput>,
) -> Result<Json<Page<Message>>, ErrorResponse> {
    Ok(Json(mail::get_mails(&services, &caller, input).await?))
}
