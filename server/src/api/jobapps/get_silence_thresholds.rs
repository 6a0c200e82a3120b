//! `GET /api/jobapps/get_silence_thresholds`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, NoQuery, Query},
};
use axum::extract::State;
use domain::jobapps::SilenceThresholds;
use service::{Services, jobapps};
use std::sync::Arc;

/// Get the silence thresholds
///
/// The number of days without an event, email or note after which an open application is closed with the outcome `ghosted`, by the
/// kind of its stage; 0 never closes it. The thresholds apply to the whole workspace. Applications are closed once a day. The event
/// has the cause `rule` and the threshold in `silence_days`. An email that arrives later reopens the application, and so does
/// `update_jobapp`; then the days count from zero.
#[utoipa::path(
    get, path = "/get_silence_thresholds", tag = "jobapps",
    responses((status = 200, description = "The thresholds.", body = Envelope<SilenceThresholds>)),
)]
pub(super) async fn get_silence_thresholds(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Data<SilenceThresholds>, ErrorResponse> {
    Ok(Data(jobapps::get_silence_thresholds(&services, &caller).await?))
}
