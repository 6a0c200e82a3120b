//! `GET /api/mail/get_mailboxes`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::mail::Mailbox;
use service::{Services, mail};
use std::sync::Arc;

/// List connected mailboxes
///
/// The user's own mailboxes, oldest first, including those that need to be reconnected. Uploads do not appear here.
#[utoipa::path(
    get, path = "/get_mailboxes", tag = "mail",
    responses((status = 200, description = "The mailboxes.", body = Envelope<Vec<Mailbox>>)),
)]
pub(super) async fn get_mailboxes(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Mailbox>>, ErrorResponse> {
    Ok(Data(mail::get_mailboxes(&services, &caller).await?))
}
