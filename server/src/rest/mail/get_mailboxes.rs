//! `GET /api/mail/get_mailboxes`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, NoQuery, Query},
    problem::Problem,
};
use axum::extract::State;
use domain::mail::Mailbox;
use service::{Services, mail};
use std::sync::Arc;

/// List connected mailboxes
///
/// The caller's own, the oldest first, those too that must be connected again. Uploads come from no mailbox that is connected.
#[utoipa::path(
    get, path = "/get_mailboxes", tag = "mail",
    responses((status = 200, description = "The mailboxes.", body = Envelope<Vec<Mailbox>>)),
)]
pub(super) async fn get_mailboxes(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Vec<Mailbox>>, Problem> {
    Ok(Data(mail::get_mailboxes(&services, &caller).await?))
}
