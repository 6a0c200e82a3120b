//! `POST /api/jobapps/edit_jobapp`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{EditJobappInput, JobApplication};
use service::{Services, jobapps};
use std::sync::Arc;

/// Change what an application says
///
/// Fields left out stay as they are; `null` clears `source` (to `Manual`), `location`, `url`, `salary` and `tags`. The fields
/// that are sent are the person's own from then on: no mail overwrites them. When somebody else was faster than `version`, the
/// refusal carries the application as it stands now in `current`. To move or close it, use `update_jobapp`.
#[utoipa::path(
    post, path = "/edit_jobapp", tag = "jobapps",
    request_body(content = EditJobappInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "version": 1, "company": "Fernway", "location": null,
    })),
    responses(
        (status = 200, description = "The application as it is now.", body = Envelope<JobApplication>),
        refuse::NotFound,
        refuse::VersionConflict,
    ),
)]
pub(super) async fn edit_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<EditJobappInput>,
) -> Result<Data<JobApplication>, Problem> {
    Ok(Data(jobapps::edit(&services, &caller, input).await?))
}
