//! `GET /api/calendar/get_feed`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::calendar::CalendarFeed;
use service::{Services, calendar};
use std::sync::Arc;

/// Get the address of the calendar feed
///
/// An iCalendar file with interviews as events, cancelled ones included, and open tasks on their day, for calendar apps to
/// subscribe to. Everyone with the address can read it.
#[utoipa::path(
    get, path = "/get_feed", tag = "calendar",
    responses((status = 200, description = "The feed.", body = Envelope<CalendarFeed>)),
)]
pub(super) async fn get_feed(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<CalendarFeed>, ErrorResponse> {
    Ok(Data(calendar::get_feed(&services, &caller).await?))
}
