//! `POST /api/calendar/rotate_feed`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, OptionalJsonBody},
};
use axum::extract::State;
use domain::{auth::EmptyInput, calendar::CalendarFeed};
use service::{Services, calendar};
use std::sync::Arc;

/// Give the calendar feed a new address
///
/// The old address stops working immediately.
#[utoipa::path(
    post, path = "/rotate_feed", tag = "calendar",
    responses((status = 200, description = "The feed at its new address.", body = Envelope<CalendarFeed>)),
)]
pub(super) async fn rotate_feed(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    OptionalJsonBody(EmptyInput {}): OptionalJsonBody<EmptyInput>,
) -> Result<Data<CalendarFeed>, ErrorResponse> {
    Ok(Data(calendar::rotate_feed(&services, &caller).await?))
}
