//! `GET /api/jobapps/get_today`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::today::Today;
use service::{Services, today};
use std::sync::Arc;

/// Get the tasks, interviews and emails of today
///
/// Upcoming interviews, tasks that are due, quiet applications, and the number of emails to review. Days are those of the time zone
/// of the caller.
#[utoipa::path(
    get, path = "/get_today", tag = "jobapps",
    responses((status = 200, description = "What needs the caller today.", body = Envelope<Today>)),
)]
pub(super) async fn get_today(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<Today>, ErrorResponse> {
    Ok(Data(today::get_today(&services, &caller).await?))
}
