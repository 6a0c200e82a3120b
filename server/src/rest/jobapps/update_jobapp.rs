//! `POST /api/jobapps/update_jobapp`.

use crate::rest::{
    answer::{Data, Envelope},
    extract::{Authorized, Body},
    openapi::refuse,
    problem::Problem,
};
use axum::extract::State;
use domain::jobapps::{JobApplication, UpdateJobappInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Move an application, close it, open it again
///
/// Takes at least one of `status_id`, `outcome` and `rejected`, which is short for the outcome `rejected`. Each change is an
/// entry of the history; saying what is so already changes nothing. Send `version` as you read it to be told when somebody
/// else was faster: the refusal carries the application as it stands now in `current`.
#[utoipa::path(
    post, path = "/update_jobapp", tag = "jobapps",
    request_body(content = UpdateJobappInput, example = json!({
        "jobapp_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "status_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e60", "version": 1,
    })),
    responses(
        (status = 200, description = "The application as it is now.", body = Envelope<JobApplication>),
        refuse::NotFound,
        refuse::VersionConflict,
    ),
)]
pub(super) async fn update_jobapp(
    State(services): State<Arc<Services>>,
    Authorized(caller): Authorized,
    Body(input): Body<UpdateJobappInput>,
) -> Result<Data<JobApplication>, Problem> {
    Ok(Data(jobapps::update(&services, &caller, input).await?))
}
