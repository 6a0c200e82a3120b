//! `POST /api/jobapps/update_silence_thresholds`.

use crate::{
    api::response::{Data, Envelope},
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{SilenceThresholds, UpdateSilenceThresholdsInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Change the silence thresholds
///
/// For owners and admins of the workspace. Absent fields stay unchanged; 0 turns a threshold off.
#[utoipa::path(
    post, path = "/update_silence_thresholds", tag = "jobapps",
    request_body(content = UpdateSilenceThresholdsInput, example = json!({ "applied": 45, "offer": 0 })),
    responses((status = 200, description = "The thresholds.", body = Envelope<SilenceThresholds>)),
)]
pub(super) async fn update_silence_thresholds(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<UpdateSilenceThresholdsInput>,
) -> Result<Data<SilenceThresholds>, ErrorResponse> {
    Ok(Data(
        jobapps::update_silence_thresholds(&services, &caller, input).await?,
    ))
}
